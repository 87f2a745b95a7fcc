# Every figure comes as PDF and PNG with its caption; adding one is a step and a line of its plan.
use rule draw as figure with:
    input:
        unpack(needs("{figure}.png")),
    output:
        caption=f"{ROOT}/{{figure}}.md",
        pdf=f"{ROOT}/{{figure}}.pdf",
        png=shown_figure(f"{ROOT}/{{figure}}.png"),
    log:
        f"{ROOT}/logs/{{figure}}.log",
    benchmark:
        f"{ROOT}/benchmarks/{{figure}}.tsv"
    wildcard_constraints:
        figure="(?:[a-z_]+/)?figures/[a-z0-9_]+",
    params:
        job=told("{figure}.png"),
    message:
        "drawing {output.pdf}"


rule figures:
    input:
        [path for job in PLAN.default() if job.stage == "figures" for path in job.files],


rule tables:
    input:
        [path for job in PLAN.default() if job.stage == "tables" for path in job.files],
