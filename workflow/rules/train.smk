# One job trains a whole cell (all its trials and lambdas): starting Python costs more than a fit.
rule train:
    input:
        package(
            "training/arithmetic",
            "training/budget",
            "training/cell",
            "training/fast",
            "training/fused",
            "training/initial",
            "training/batches",
            "training/kernel",
            "training/loop",
            "training/models",
            "training/outcomes",
            "training/postprocess",
            "training/reference",
            "training/sight",
            "training/time_limit",
            "metrics",
        ),
        method=lambda wildcards: sources(PLAN.sources(get_fit(wildcards))),
        data=lambda wildcards: get_fit(wildcards).data,
    output:
        f"{ROOT}/fits/{{fit}}.parquet",
    log:
        f"{ROOT}/logs/fits/{{fit}}.log",
    benchmark:
        f"{ROOT}/benchmarks/fits/{{fit}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: CONFIG.resources.threads
    resources:
        mem_mb=CONFIG.resources.memory_mb,
        runtime=CONFIG.resources.runtime_minutes,
        fit_seconds=FIT_SECONDS,
    params:
        spec=lambda wildcards: get_fit(wildcards).spec(),
        device=CONFIG.resources.device,
    message:
        "training {output}"
    shell:
        "python -m fairbench train --spec {params.spec:q} --data {input.data:q}"
        " --output {output:q} --threads {threads} --device {params.device}"
        " --fit-seconds {resources.fit_seconds} 2> {log:q}"
