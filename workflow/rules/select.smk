TABLES = [
    "fits.parquet",
    "selected.csv",
    "cells.csv",
    "comparisons.csv",
    "matched.csv",
    "reproduction.csv",
    "reproduction.md",
    "answers.md",
]


rule collect:
    input:
        package("evaluation/collect"),
        fits=list(PLAN.fits),
    output:
        PLAN.table("fits.parquet"),
    log:
        f"{ROOT}/logs/collect.log",
    benchmark:
        f"{ROOT}/benchmarks/collect.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        config=PLAN.studies_json(),
    message:
        "collecting every fit"
    shell:
        "python -m fairbench collect --config {params.config:q} --output {output:q} 2> {log:q}"


rule select:
    input:
        package("evaluation/selection", "evaluation/frontier"),
        fits=PLAN.table("fits.parquet"),
        limits=list(PLAN.limits),
    output:
        reported(PLAN.table("selected.csv"), "../report/table.rst"),
    log:
        f"{ROOT}/logs/select.log",
    benchmark:
        f"{ROOT}/benchmarks/select.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        criteria=PLAN.criteria(),
        limits=lambda wildcards, input: options("--limits", input.limits),
    message:
        "selecting models"
    shell:
        "python -m fairbench select --criteria {params.criteria:q} --fits {input.fits:q}"
        " {params.limits} --output {output:q} 2> {log:q}"


rule summarise:
    input:
        package(
            "evaluation/summary",
            "evaluation/comparison",
            "evaluation/bootstrap",
            "evaluation/intervals",
            "evaluation/multiplicity",
            "evaluation/frontier",
        ),
        fits=PLAN.table("fits.parquet"),
        selected=PLAN.table("selected.csv"),
    output:
        cells=reported(PLAN.table("cells.csv"), "../report/table.rst"),
        comparisons=reported(PLAN.table("comparisons.csv"), "../report/table.rst"),
        matched=reported(PLAN.table("matched.csv"), "../report/table.rst"),
    log:
        f"{ROOT}/logs/summarise.log",
    benchmark:
        f"{ROOT}/benchmarks/summarise.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        seed=CONFIG.seed,
        resamples=CONFIG.bootstrap,
    message:
        "summarising cells and comparing methods"
    shell:
        "python -m fairbench summarise --fits {input.fits:q} --selected {input.selected:q}"
        " --seed {params.seed} --resamples {params.resamples} --cells {output.cells:q}"
        " --comparisons {output.comparisons:q} --matched {output.matched:q} 2> {log:q}"


rule reproduce:
    input:
        package(
            "evaluation/answers",
            "evaluation/cells",
            "evaluation/claims",
            "evaluation/imbalance_claims",
            "evaluation/imbalance_rows",
            "evaluation/intervals",
            "evaluation/lookup",
            "evaluation/multiplicity",
            "evaluation/reproduction",
            "evaluation/training_claims",
            "evaluation/alignment_claims",
            "evaluation/verdicts",
            "published/__init__",
        ),
        fits=PLAN.table("fits.parquet"),
        selected=PLAN.table("selected.csv"),
        cells=PLAN.table("cells.csv"),
        comparisons=PLAN.table("comparisons.csv"),
        matched=PLAN.table("matched.csv"),
        training=trace_files(PLAN.tracks) + training_tables(PLAN),
    output:
        table=reported(PLAN.table("reproduction.csv"), "../report/verdicts.rst"),
        text=PLAN.table("reproduction.md"),
        answers=reported(PLAN.table("answers.md"), "../report/answers.rst"),
    log:
        f"{ROOT}/logs/reproduce.log",
    benchmark:
        f"{ROOT}/benchmarks/reproduce.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        seed=CONFIG.seed,
        training=training_options(PLAN),
    message:
        "holding the results against what was published"
    shell:
        "python -m fairbench reproduce --fits {input.fits:q} --selected {input.selected:q}"
        " --cells {input.cells:q} --comparisons {input.comparisons:q} --matched {input.matched:q}"
        " --seed {params.seed} --table {output.table:q} --text {output.text:q}"
        " --answers {output.answers:q} {params.training} 2> {log:q}"


rule tables:
    input:
        [PLAN.table(name) for name in TABLES],
        training_tables(PLAN),
