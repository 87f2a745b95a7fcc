/* The leaderboards and the tables of verdicts. Texts of the data are put in as text, never as HTML. */
"use strict"

const ASSUMED = { clean_rows: "clean rows", sensitive_at_test: "z at test", noise_rate: "noise rate" }

function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...inside)
  return made
}

function shown(value, digits = 3) {
  return value === null ? "" : value.toFixed(digits)
}

class Leaderboard {
  constructor(section) {
    this.section = section
    this.board = JSON.parse(section.querySelector("script").textContent)
    this.weights = this.board.measures.map((measure) => measure.weight * 5)
    this.start = [...this.weights]
    this.keys = this.board.keys.map(() => null)
    this.without = []
    this.by = { name: "place", down: false }
    this.table = section.querySelector(".fb-ranking")
    this.said = section.querySelector(".fb-said")
    this.made = section.querySelector(".fb-made")
    this.controls()
    this.every = element("table", { class: "fb-ranking fb-every" })
    const inside = element("div", { class: "fb-scroll", tabindex: "0", role: "region" }, this.every)
    inside.setAttribute("aria-label", "Every data set and method")
    const details = element("details", {}, element("summary", {}, "Every data set"), inside)
    details.addEventListener("toggle", () => this.draw())
    this.details = details
    section.insertBefore(details, this.made)
    this.draw()
    section.dataset.ready = "yes"
  }

  controls() {
    const place = this.section.querySelector(".fb-controls")
    const weights = element("fieldset", {}, element("legend", {}, "Weights"))
    this.board.measures.forEach((measure, k) => {
      const out = element("output", {}, String(this.weights[k]))
      const given = { type: "range", min: "0", max: "10", step: "1", value: this.weights[k] }
      const slider = element("input", given)
      slider.addEventListener("input", () => {
        this.weights[k] = Number(slider.value)
        out.textContent = slider.value
        this.draw()
      })
      const title = measure.larger ? measure.title : `1 - ${measure.title}`
      weights.append(element("label", {}, element("span", {}, title), slider, out))
    })
    const sets = element("fieldset", {}, element("legend", {}, "Data sets"))
    this.board.keys.forEach((name, k) => {
      const values = [...new Set(this.board.rows.map((row) => row.keys[k]))]
      if (values.length < 2) return
      const select = element("select", {}, element("option", { value: "" }, "all"))
      values.forEach((value, i) => {
        select.append(element("option", { value: String(i) }, value || "not given"))
      })
      select.addEventListener("change", () => {
        this.keys[k] = select.value === "" ? null : values[Number(select.value)]
        this.draw()
      })
      sets.append(element("label", {}, element("span", {}, name.replaceAll("_", " ")), select))
    })
    const leave = element("fieldset", {}, element("legend", {}, "Leave out what needs or knows"))
    for (const [name, title] of Object.entries(ASSUMED)) {
      const box = element("input", { type: "checkbox" })
      box.addEventListener("change", () => {
        this.without = this.without.filter((other) => other !== name)
        if (box.checked) this.without.push(name)
        this.draw()
      })
      leave.append(element("label", {}, box, element("span", {}, title)))
    }
    const parts = [weights, leave]
    if (sets.children.length > 1) parts.splice(1, 0, sets)
    place.append(...parts)
  }

  columns(extra) {
    const of = (k) => (row) => row.values[k]
    return [
      { name: "place", title: "place", of: (row) => row.place, text: (row) => this.moved(row) },
      ...extra,
      { name: "score", title: "score", of: (row) => row.score, digits: 3 },
      ...this.board.measures.map((measure, k) => ({
        name: measure.title, title: measure.title, of: of(k), column: measure.column,
      })),
      ...(this.board.limit
        ? [{ name: "limit", title: "distance to the limit", of: (row) => row.limit, column: this.board.limit }]
        : []),
      ...(this.board.edge
        ? [{ name: "edge", title: "grid's end chosen", of: (row) => row.edge, column: this.board.edge, percent: true }]
        : []),
    ]
  }

  moved(row) {
    if (row.place === null || row.place === undefined) return "–"
    const before = this.places.get(row.label)
    if (!before || before === row.place) return String(row.place)
    const up = before > row.place
    const told = `${up ? "up" : "down"} from ${before}`
    const mark = element("small", { class: up ? "fb-up" : "fb-down", title: told })
    mark.append(`${up ? "▲" : "▼"}${Math.abs(before - row.place)}`)
    return [`${row.place} `, mark]
  }

  draw() {
    const rows = Ranking.chosen(this.board, this.keys, this.without)
    const start = Ranking.ranked(this.board, rows, this.start)
    this.places = new Map(start.map((row) => [row.label, row.place]))
    const found = Ranking.ranked(this.board, rows, this.weights)
    const count = { name: "sets", title: "data sets", of: (row) => row.sets, digits: 0 }
    this.fill(this.table, [...this.columns([]), count], found)
    this.tell(rows, found)
    if (this.details.open) {
      const keys = this.board.keys.map((name, k) => ({
        name, title: name.replaceAll("_", " "), of: (row) => row.keys[k], text: (row) => row.keys[k],
      }))
      const each = rows.map((row) => ({
        ...row, score: Ranking.score(this.board, row.values, this.weights),
      }))
      const columns = this.columns(keys).filter((column) => column.name !== "place")
      this.fill(this.every, [...columns, { name: "n", title: "n", of: (row) => row.n, digits: 0 }], each)
    }
  }

  tell(rows, found) {
    if (!found.length) {
      this.said.textContent = "No method is left, or every weight is 0."
      return
    }
    const parts = this.board.measures.flatMap((measure, k) => {
      const others = this.weights.some((weight, i) => i !== k && weight)
      if (!others || this.board.measures.filter((m) => m.weight).indexOf(measure) !== 0) return []
      const stretches = Ranking.firsts(this.board, rows, this.weights, k)
      const last = stretches.pop()
      if (!last) return []
      const told = stretches.map((stretch) => `${stretch.label} up to ${stretch.to.toFixed(2)}`)
      told.push(told.length ? `then ${last.label}` : `${last.label} at every share`)
      return [`First by the share of ${measure.title}: ${told.join(", ")}.`]
    })
    this.said.textContent = parts.join(" ")
  }

  fill(table, columns, rows) {
    const sorted = [...rows].sort((a, b) => this.compared(columns, a, b))
    const head = element("tr")
    const label = { name: "label", title: "method", of: (row) => row.label }
    const all = [...columns.slice(0, 1), label, ...columns.slice(1)]
    for (const column of all) {
      const button = element("button", { type: "button" }, column.title)
      button.addEventListener("click", () => {
        this.by = { name: column.name, down: this.by.name === column.name ? !this.by.down : column.name !== "place" && column.name !== "label" }
        this.draw()
        const again = [...table.querySelectorAll("thead button")]
        again.find((other) => other.textContent === column.title)?.focus()
      })
      const cell = element("th", { scope: "col" }, button)
      if (this.by.name === column.name) cell.setAttribute("aria-sort", this.by.down ? "descending" : "ascending")
      head.append(cell)
    }
    head.append(element("th", { scope: "col" }, "assumes"))
    const body = element("tbody")
    for (const row of sorted) {
      const line = element("tr", row.whole === false ? { class: "fb-part" } : {})
      for (const column of all) line.append(this.cell(column, row))
      line.append(this.assumptions(row.label))
      body.append(line)
    }
    table.replaceChildren(element("thead", {}, head), body)
  }

  compared(columns, a, b) {
    const column = columns.find((each) => each.name === this.by.name)
    const of = this.by.name === "label" ? (row) => row.label : (column || columns[1]).of
    const [left, right] = [of(a), of(b)]
    if (left === null || right === null || left === undefined || right === undefined) {
      return (left === null || left === undefined) - (right === null || right === undefined)
    }
    const order = typeof left === "number" ? left - right : String(left).localeCompare(String(right), "en", { numeric: true })
    return this.by.down ? -order : order
  }

  cell(column, row) {
    if (column.name === "label") {
      const method = this.board.assumed[row.label].method
      const named = method ? element("a", { href: `../methods/${encodeURIComponent(method)}.html` }, row.label) : row.label
      return element("th", { scope: "row" }, named)
    }
    if (column.text) return element("td", {}, ...[column.text(row)].flat())
    const value = column.of(row)
    const text = column.percent && value !== null ? `${shown(100 * value, 0)} %` : shown(value, column.digits ?? 3)
    if (!column.column || value === null) return element("td", {}, text)
    const link = element("a", { href: "#" + this.section.id, title: "the command that makes it" }, text)
    link.addEventListener("click", (event) => {
      event.preventDefault()
      this.tellMaking(row, column)
    })
    return element("td", {}, link)
  }

  tellMaking(row, column) {
    const command = this.made.querySelector(".fb-command").textContent
    const recipe = Ranking.recipe(this.board, row.label, column.column, row.keys || this.keys)
    const value = column.percent ? `${shown(100 * column.of(row), 0)} %` : shown(column.of(row))
    this.made.replaceChildren(
      element("p", {}, `${column.title} of ${row.label}, ${value}: the table is made by`),
      element("pre", {}, element("code", { class: "fb-command" }, command)),
      element("p", {}, "and the number from it by"),
      element("pre", {}, element("code", { class: "fb-recipe" }, recipe))
    )
    this.made.focus()
    this.made.scrollIntoView({ block: "nearest" })
  }

  assumptions(label) {
    const cell = element("td")
    const told = this.board.assumed[label]
    if (!told.method) return element("td", {}, "unknown")
    for (const [name, title] of Object.entries(ASSUMED)) {
      if (told[name]) cell.append(element("span", { class: "fb-tag" }, title), " ")
    }
    return cell
  }
}

function verdictFilter(block) {
  const rows = [...block.querySelectorAll("tbody tr")]
  const select = element("select", {}, element("option", { value: "" }, `all (${rows.length})`))
  for (const name of new Set(rows.map((row) => row.dataset.verdict))) {
    const count = rows.filter((row) => row.dataset.verdict === name).length
    select.append(element("option", { value: name }, `${name} (${count})`))
  }
  select.addEventListener("change", () => {
    for (const row of rows) row.hidden = select.value !== "" && row.dataset.verdict !== select.value
  })
  block.prepend(element("div", { class: "fb-controls" }, element("label", {}, element("span", {}, "verdict"), select)))
}

document.querySelectorAll(".fb-board").forEach((section) => new Leaderboard(section))
document.querySelectorAll(".fb-verdicts").forEach(verdictFilter)
