# Every figure comes as PDF and PNG with its caption; adding one is a function and a rule.
rule figure_3:
    input:
        package("studies/imbalance/figures/theory", "studies/imbalance/figures/inputs"),
    output:
        caption=f"{ROOT}/figures/fig3.md",
        pdf=f"{ROOT}/figures/fig3.pdf",
        png=reported(f"{ROOT}/figures/fig3.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/fig3.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/fig3.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("fig3"),
        seed=CONFIG.seed,
    message:
        "drawing figure 3: mutual information against disparate impact"
    shell:
        "python -m fairbench figure fig3 --options {params.options:q} --seed {params.seed}"
        " --output {output.pdf:q} 2> {log:q}"


rule figure_4:
    input:
        package("studies/imbalance/figures/samples", "studies/imbalance/figures/inputs"),
    output:
        caption=f"{ROOT}/figures/fig4.md",
        pdf=f"{ROOT}/figures/fig4.pdf",
        png=reported(f"{ROOT}/figures/fig4.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/fig4.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/fig4.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("fig4"),
        seed=CONFIG.seed,
    message:
        "drawing figure 4: the data"
    shell:
        "python -m fairbench figure fig4 --options {params.options:q} --seed {params.seed}"
        " --output {output.pdf:q} 2> {log:q}"


rule figure_5:
    input:
        package("studies/imbalance/figures/training_alignment", "studies/tracking/traces"),
        traces=trace_files(drawn_tracks(PLAN, "fig5")),
        training=PLAN.table("alignment.csv"),
        beside=beside(PLAN.table("alignment.csv")),
    output:
        caption=f"{ROOT}/figures/fig5.md",
        pdf=f"{ROOT}/figures/fig5.pdf",
        png=reported(f"{ROOT}/figures/fig5.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/fig5.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/fig5.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("fig5"),
        seed=CONFIG.seed,
        tracks=json.dumps(drawn_tracks(PLAN, "fig5")),
    message:
        "drawing figure 5: discriminator losses and information"
    shell:
        "python -m fairbench figure fig5 --options {params.options:q} --seed {params.seed}"
        " --tracks {params.tracks:q} --training {input.training:q}"
        " --output {output.pdf:q} 2> {log:q}"


rule figure_6:
    input:
        package("studies/imbalance/figures/theory"),
    output:
        caption=f"{ROOT}/figures/fig6.md",
        pdf=f"{ROOT}/figures/fig6.pdf",
        png=reported(f"{ROOT}/figures/fig6.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/fig6.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/fig6.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("fig6"),
        seed=CONFIG.seed,
    message:
        "drawing figure 6: pseudo-label slopes"
    shell:
        "python -m fairbench figure fig6 --options {params.options:q} --seed {params.seed}"
        " --output {output.pdf:q} 2> {log:q}"


rule figure_7:
    input:
        package("studies/imbalance/figures/training_stability", "studies/tracking/traces"),
        traces=trace_files(drawn_tracks(PLAN, "fig7")),
        training=PLAN.table("stability.csv"),
        beside=beside(PLAN.table("stability.csv")),
    output:
        caption=f"{ROOT}/figures/fig7.md",
        pdf=f"{ROOT}/figures/fig7.pdf",
        png=reported(f"{ROOT}/figures/fig7.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/fig7.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/fig7.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("fig7"),
        seed=CONFIG.seed,
        tracks=json.dumps(drawn_tracks(PLAN, "fig7")),
    message:
        "drawing figure 7: accuracy and disparate impact along training"
    shell:
        "python -m fairbench figure fig7 --options {params.options:q} --seed {params.seed}"
        " --tracks {params.tracks:q} --training {input.training:q}"
        " --output {output.pdf:q} 2> {log:q}"


rule figure_8:
    input:
        package("studies/imbalance/figures/trade_off", "studies/imbalance/published/__init__"),
        fits=PLAN.table("fits.parquet"),
        limits=list(PLAN.limits),
    output:
        caption=f"{ROOT}/figures/fig8.md",
        pdf=f"{ROOT}/figures/fig8.pdf",
        png=reported(f"{ROOT}/figures/fig8.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/fig8.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/fig8.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("fig8"),
        seed=CONFIG.seed,
        limits=lambda wildcards, input: options("--limits", input.limits),
    message:
        "drawing figure 8: trade-off curves"
    shell:
        "python -m fairbench figure fig8 --options {params.options:q} --seed {params.seed}"
        " --fits {input.fits:q} {params.limits}"
        " --output {output.pdf:q} 2> {log:q}"


rule figure_9:
    input:
        package("studies/imbalance/figures/imbalance", "studies/imbalance/published/__init__"),
        fits=PLAN.table("fits.parquet"),
        selected=PLAN.table("selected.csv"),
        comparisons=[PLAN.table("comparisons.csv"), PLAN.table("matched.csv")],
        beside=beside(
            PLAN.table("selected.csv"),
            PLAN.table("comparisons.csv"),
            PLAN.table("matched.csv"),
        ),
        limits=list(PLAN.limits),
    output:
        caption=f"{ROOT}/figures/fig9.md",
        pdf=f"{ROOT}/figures/fig9.pdf",
        png=reported(f"{ROOT}/figures/fig9.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/fig9.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/fig9.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("fig9"),
        seed=CONFIG.seed,
        limits=lambda wildcards, input: options("--limits", input.limits),
        comparisons=lambda wildcards, input: options("--comparisons", input.comparisons),
    message:
        "drawing figure 9: FR-Train under label imbalance"
    shell:
        "python -m fairbench figure fig9 --options {params.options:q} --seed {params.seed}"
        " --fits {input.fits:q} --selected {input.selected:q} {params.limits} {params.comparisons}"
        " --output {output.pdf:q} 2> {log:q}"


rule figure_10:
    input:
        package("studies/imbalance/figures/imbalance", "studies/imbalance/published/__init__"),
        fits=PLAN.table("fits.parquet"),
        selected=PLAN.table("selected.csv"),
        comparisons=[PLAN.table("comparisons.csv"), PLAN.table("matched.csv")],
        beside=beside(
            PLAN.table("selected.csv"),
            PLAN.table("comparisons.csv"),
            PLAN.table("matched.csv"),
        ),
        limits=list(PLAN.limits),
    output:
        caption=f"{ROOT}/figures/fig10.md",
        pdf=f"{ROOT}/figures/fig10.pdf",
        png=reported(f"{ROOT}/figures/fig10.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/fig10.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/fig10.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("fig10"),
        seed=CONFIG.seed,
        limits=lambda wildcards, input: options("--limits", input.limits),
        comparisons=lambda wildcards, input: options("--comparisons", input.comparisons),
    message:
        "drawing figure 10: normalised MI under label imbalance"
    shell:
        "python -m fairbench figure fig10 --options {params.options:q} --seed {params.seed}"
        " --fits {input.fits:q} --selected {input.selected:q} {params.limits} {params.comparisons}"
        " --output {output.pdf:q} 2> {log:q}"


rule figure_answers:
    input:
        package("studies/imbalance/figures/answers"),
        selected=PLAN.table("selected.csv"),
        comparisons=[PLAN.table("comparisons.csv"), PLAN.table("matched.csv")],
        beside=beside(
            PLAN.table("selected.csv"),
            PLAN.table("comparisons.csv"),
            PLAN.table("matched.csv"),
        ),
    output:
        caption=f"{ROOT}/figures/answers.md",
        pdf=f"{ROOT}/figures/answers.pdf",
        png=reported(f"{ROOT}/figures/answers.png", "../report/figure.rst"),
    log:
        f"{ROOT}/logs/figures/answers.log",
    benchmark:
        f"{ROOT}/benchmarks/figures/answers.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=PLAN.figures().get("answers"),
        seed=CONFIG.seed,
        comparisons=lambda wildcards, input: options("--comparisons", input.comparisons),
    message:
        "drawing the answers: each method against the best simple baseline"
    shell:
        "python -m fairbench figure answers --options {params.options:q} --seed {params.seed}"
        " --selected {input.selected:q} {params.comparisons} --output {output.pdf:q} 2> {log:q}"


rule figures:
    input:
        expand(
            f"{ROOT}/figures/{{name}}.{{kind}}",
            name=PLAN.figures(),
            kind=["pdf", "png", "md"],
        ),
