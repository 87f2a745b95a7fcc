"""fairbench: `snakemake --cores N` draws, poisons, trains, selects, and writes the figures.

The config is checked whole before any job exists; all paths come from `fairbench.plan.plan`.
"""

from snakemake.utils import min_version

min_version("9.20")


configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/comparison.smk"


for kind in KINDS:

    include: f"workflow/rules/{kind.name}.smk"


rule all:
    default_target: True
    input:
        target(*(kind.name for kind in KINDS if kind.by_default)),


onstart:
    show_one_line_a_job(workflow)
    at_start(PLAN, CONFIG_FILES, workflow)


onsuccess:
    at_success(PLAN, workflow)


onerror:
    at_error(PLAN, CONFIG_FILES, workflow)
