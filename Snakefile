"""fairbench: `snakemake --cores N` draws, poisons, trains, selects, and writes the figures.

The config is checked whole before any job exists; all paths come from `fairbench.plan.plan`.
"""

from snakemake.utils import min_version

min_version("9.20")


configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/download.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/poison.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/track.smk"
include: "workflow/rules/select.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/representations.smk"
include: "workflow/rules/representations_results.smk"


rule all:
    default_target: True
    input:
        rules.tables.input,
        rules.figures.input,


onstart:
    show_one_line_a_job(workflow)
    at_start(PLAN, CONFIG_FILES, workflow)


onsuccess:
    at_success(PLAN, workflow)


onerror:
    at_error(PLAN, CONFIG_FILES, workflow)
