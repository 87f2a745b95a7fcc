"use strict";
(() => {
  const plots = new Map();
  for (const element of document.querySelectorAll("script.plot-data")) {
    plots.set(element.dataset.name, JSON.parse(element.textContent));
  }

  function draw(box) {
    const { layout, cells } = plots.get(box.dataset.plot);
    const wanted = JSON.parse(box.dataset.labels);
    const select = box.querySelector("select");
    const target = box.querySelector(".plot");
    cells.forEach((cell, index) => select.add(new Option(cell.name, String(index))));
    box.querySelector(".cell-choice").hidden = cells.length < 2;
    const isShown = (trace, known) =>
      !trace.legendgroup || known.length === 0 || known.includes(trace.legendgroup);
    const show = () => {
      const traces = cells[Number(select.value)].traces;
      const known = wanted.filter((label) => traces.some((t) => t.legendgroup === label));
      const data = traces.map((trace) => ({
        ...trace,
        visible: isShown(trace, known) ? true : "legendonly",
      }));
      const narrow = target.clientWidth < 560;
      const fitted = structuredClone(layout);
      fitted.height = narrow ? 520 : 480;
      if (narrow) {
        fitted.font.size = 12;
        fitted.margin.l = 52;
        fitted.legend.y = -0.25;
      }
      const options = {
        responsive: true,
        displaylogo: false,
        // One of its buttons would send the plot to the makers of plotly.
        plotlyServerURL: "",
        modeBarButtonsToRemove: ["sendChartToCloud", "select2d", "lasso2d", "autoScale2d"],
      };
      Plotly.react(target, data, fitted, options);
    };
    select.value = "0";
    select.addEventListener("change", show);
    show();
  }

  document.querySelectorAll(".explorer").forEach(draw);

  function bytes(base64) {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  }

  async function prepareTables() {
    const source = bytes(document.getElementById("table-library").textContent);
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: DataTable } = await import(address);
    URL.revokeObjectURL(address);
    for (const table of document.querySelectorAll("table.data")) {
      const page = Number(table.dataset.page);
      const short = table.tBodies[0].rows.length <= page;
      const layout = short
        ? { topStart: "search", topEnd: null, bottomStart: null, bottomEnd: null }
        : { topStart: "search", topEnd: "info", bottomStart: "pageLength", bottomEnd: "paging" };
      table.dataTable = new DataTable(table, {
        autoWidth: false,
        order: [],
        paging: !short,
        pageLength: page,
        lengthMenu: [page, 50, 200, { label: "all", value: -1 }],
        layout,
        language: {
          search: "",
          searchPlaceholder: "Search this table",
          info: "_START_–_END_ of _TOTAL_",
          infoFiltered: "(from _MAX_)",
          lengthMenu: "_MENU_ rows a page",
        },
      });
    }
    for (const group of document.querySelectorAll(".filters")) {
      const api = document.getElementById(group.dataset.table).dataTable;
      group.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        for (const other of group.querySelectorAll("button")) {
          other.setAttribute("aria-pressed", String(other === button));
        }
        const value = button.dataset.value;
        api.column(0).search(value && `^\\S+ ${value}$`, { regex: true, smart: false }).draw();
      });
    }
    document.documentElement.dataset.tables = "ready";
  }

  prepareTables();

  const narrow = window.matchMedia("(max-width: 1099px)");
  const contents = document.querySelector(".contents details");
  const fold = () => {
    contents.open = !narrow.matches;
  };
  narrow.addEventListener("change", fold);
  fold();
})();
