# Tracked runs: trained again with their parameters recorded, and measured afterwards.
rule track:
    input:
        package("studies/tracking/measuring"),
        method=lambda wildcards: sources(PLAN.sources(get_trace(wildcards))),
        data=lambda wildcards: get_trace(wildcards).data,
    output:
        f"{ROOT}/traces/{{trace}}.parquet",
    log:
        f"{ROOT}/logs/traces/{{trace}}.log",
    benchmark:
        f"{ROOT}/benchmarks/traces/{{trace}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=CONFIG.resources.memory_mb,
        runtime=CONFIG.resources.runtime_minutes,
        fit_seconds=FIT_SECONDS,
    params:
        spec=lambda wildcards: get_trace(wildcards).spec(),
        device=CONFIG.resources.device,
    message:
        "tracking {output}"
    shell:
        "python -m fairbench track --spec {params.spec:q} --data {input.data:q}"
        " --output {output:q} --device {params.device}"
        " --fit-seconds {resources.fit_seconds} 2> {log:q}"


rule describe_training:
    input:
        package("studies/imbalance/alignment", "studies/imbalance/stability", "studies/tracking/traces"),
        traces=trace_files(PLAN.tracks),
    output:
        beside=beside(PLAN.table("alignment.csv"), PLAN.table("stability.csv")),
        alignment=reported(PLAN.table("alignment.csv"), "../report/table.rst"),
        stability=reported(PLAN.table("stability.csv"), "../report/table.rst"),
    log:
        f"{ROOT}/logs/describe_training.log",
    benchmark:
        f"{ROOT}/benchmarks/describe_training.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        tracks=json.dumps(PLAN.tracks),
        equal=options("--equal", compared_tracks(PLAN)),
    message:
        "correlating losses with information, and measuring how steadily methods train"
    shell:
        "python -m fairbench describe-training --tracks {params.tracks:q} {params.equal}"
        " --alignment {output.alignment:q} --stability {output.stability:q} 2> {log:q}"
