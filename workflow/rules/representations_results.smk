# What is made of the tables of the representations study: summaries, verdicts, figures 2 to 4.
REPRESENTATIONS = PLAN.representations.root
SWEEP = [PLAN.representations.table("sweep.csv")] if PLAN.representations.sweeps else []


rule representation_tables:
    input:
        package(
            "studies/representations/answers",
            "studies/representations/claims",
            "studies/representations/findings",
            "studies/imbalance/reproduction",
        ),
        searches=f"{REPRESENTATIONS}/tables/searches.parquet",
        folds=f"{REPRESENTATIONS}/tables/folds.csv",
        sweep=SWEEP,
        beside=beside(f"{REPRESENTATIONS}/tables/folds.csv", *SWEEP),
    output:
        beside=beside(
            f"{REPRESENTATIONS}/tables/summary.csv",
            f"{REPRESENTATIONS}/tables/correlations.csv",
            f"{REPRESENTATIONS}/tables/reproduction.csv",
        ),
        summary=reported(f"{REPRESENTATIONS}/tables/summary.csv", "../report/table.rst"),
        correlations=f"{REPRESENTATIONS}/tables/correlations.csv",
        table=reported(
            f"{REPRESENTATIONS}/tables/reproduction.csv", "../report/verdicts.rst"
        ),
        text=f"{REPRESENTATIONS}/tables/reproduction.md",
        answers=f"{REPRESENTATIONS}/tables/answers.md",
        findings=f"{REPRESENTATIONS}/tables/findings.md",
    log:
        f"{ROOT}/logs/representations/tables.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/tables.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        sweep=options("--sweep", SWEEP),
    message:
        "summarising the representations and holding them against what was published"
    shell:
        "python -m fairbench representation-tables --searches {input.searches:q}"
        " --folds {input.folds:q} {params.sweep}"
        " --summary {output.summary:q}"
        " --correlations {output.correlations:q} --table {output.table:q}"
        " --text {output.text:q} --answers {output.answers:q} --findings {output.findings:q}"
        " 2> {log:q}"


rule representation_figure_2:
    input:
        package("studies/representations/figures/trade_off"),
        folds=f"{REPRESENTATIONS}/tables/folds.csv",
        summary=f"{REPRESENTATIONS}/tables/summary.csv",
        beside=beside(
            f"{REPRESENTATIONS}/tables/folds.csv",
            f"{REPRESENTATIONS}/tables/summary.csv",
        ),
    output:
        caption=f"{REPRESENTATIONS}/figures/fig2.md",
        pdf=f"{REPRESENTATIONS}/figures/fig2.pdf",
        png=reported(f"{REPRESENTATIONS}/figures/fig2.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/representations/fig2.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/fig2.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    message:
        "drawing figure 2 of the representations: trade-offs of the chosen models"
    shell:
        "python -m fairbench representation-figure fig2 --folds {input.folds:q}"
        " --summary {input.summary:q} --output {output.pdf:q} 2> {log:q}"


rule representation_figure_3:
    input:
        package("studies/representations/figures/gamma_sweep", "studies/representations/gamma_sweep"),
        sweep=SWEEP,
        correlations=f"{REPRESENTATIONS}/tables/correlations.csv",
        beside=beside(*SWEEP, f"{REPRESENTATIONS}/tables/correlations.csv"),
    output:
        caption=f"{REPRESENTATIONS}/figures/fig3.md",
        pdf=f"{REPRESENTATIONS}/figures/fig3.pdf",
        png=reported(f"{REPRESENTATIONS}/figures/fig3.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/representations/fig3.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/fig3.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    message:
        "drawing figure 3 of the representations: what gamma steers"
    shell:
        "python -m fairbench representation-figure fig3 --sweep {input.sweep:q}"
        " --correlations {input.correlations:q} --output {output.pdf:q} 2> {log:q}"


rule representation_figure_4:
    input:
        package("studies/representations/figures/trade_off"),
        folds=f"{REPRESENTATIONS}/tables/folds.csv",
        summary=f"{REPRESENTATIONS}/tables/summary.csv",
        beside=beside(
            f"{REPRESENTATIONS}/tables/folds.csv",
            f"{REPRESENTATIONS}/tables/summary.csv",
        ),
    output:
        caption=f"{REPRESENTATIONS}/figures/fig4.md",
        pdf=f"{REPRESENTATIONS}/figures/fig4.pdf",
        png=reported(f"{REPRESENTATIONS}/figures/fig4.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/representations/fig4.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/fig4.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    message:
        "drawing figure 4 of the representations: what a forest finds in them"
    shell:
        "python -m fairbench representation-figure fig4 --folds {input.folds:q}"
        " --summary {input.summary:q} --output {output.pdf:q} 2> {log:q}"


rule representations:
    input:
        rules.representation_tables.output,
        rules.representation_figure_2.output,
        rules.representation_figure_3.output if SWEEP else [],
        rules.representation_figure_4.output,
