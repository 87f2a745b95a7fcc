TABLES = [
    "fits.parquet",
    "selected.csv",
    "cells.csv",
    "comparisons.csv",
    "matched.csv",
    "baselines.csv",
    "reproduction.csv",
    "reproduction.md",
    "answers.md",
    "findings.md",
]


rule collect:
    input:
        package("studies/grid/collect"),
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
        package("evaluation/selection"),
        fits=PLAN.table("fits.parquet"),
        limits=list(PLAN.limits),
    output:
        beside=beside(PLAN.table("selected.csv")),
        table=reported(PLAN.table("selected.csv"), "../report/table.rst"),
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
        " {params.limits} --output {output.table:q} 2> {log:q}"


rule summarise:
    input:
        package("evaluation/summary", "evaluation/baselines", "evaluation/comparison"),
        beside=beside(PLAN.table("selected.csv")),
        fits=PLAN.table("fits.parquet"),
        selected=PLAN.table("selected.csv"),
    output:
        beside=beside(
            PLAN.table("cells.csv"),
            PLAN.table("comparisons.csv"),
            PLAN.table("matched.csv"),
            PLAN.table("baselines.csv"),
        ),
        cells=reported(PLAN.table("cells.csv"), "../report/table.rst"),
        comparisons=reported(PLAN.table("comparisons.csv"), "../report/table.rst"),
        matched=reported(PLAN.table("matched.csv"), "../report/table.rst"),
        baselines=reported(PLAN.table("baselines.csv"), "../report/table.rst"),
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
        " --comparisons {output.comparisons:q} --matched {output.matched:q}"
        " --baselines {output.baselines:q} 2> {log:q}"


rule reproduce:
    input:
        package(
            "studies/imbalance/answers",
            "studies/imbalance/findings",
            "studies/imbalance/reproduction",
            "studies/imbalance/training_claims",
            "studies/tracking/traces",
        ),
        fits=PLAN.table("fits.parquet"),
        selected=PLAN.table("selected.csv"),
        cells=PLAN.table("cells.csv"),
        comparisons=PLAN.table("comparisons.csv"),
        matched=PLAN.table("matched.csv"),
        baselines=PLAN.table("baselines.csv"),
        training=trace_files(PLAN.tracks) + training_tables(PLAN),
        beside=beside(
            PLAN.table("selected.csv"),
            PLAN.table("cells.csv"),
            PLAN.table("comparisons.csv"),
            PLAN.table("matched.csv"),
            PLAN.table("baselines.csv"),
            *training_tables(PLAN),
        ),
    output:
        beside=beside(PLAN.table("reproduction.csv")),
        table=reported(PLAN.table("reproduction.csv"), "../report/verdicts.rst"),
        text=PLAN.table("reproduction.md"),
        answers=reported(PLAN.table("answers.md"), "../report/answers.rst"),
        findings=reported(PLAN.table("findings.md"), "../report/findings.rst"),
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
        " --baselines {input.baselines:q} --seed {params.seed} --table {output.table:q}"
        " --text {output.text:q} --answers {output.answers:q} --findings {output.findings:q}"
        " {params.training} 2> {log:q}"


rule tables:
    input:
        [PLAN.table(name) for name in TABLES],
        training_tables(PLAN),
        beside(*map(PLAN.table, TABLES), *training_tables(PLAN)),
