rule poison:
    input:
        package("data/poisoning"),
        data=lambda wildcards: get_poisoned(wildcards).source,
    output:
        f"{ROOT}/poisoned/{{poisoned}}.parquet",
    log:
        f"{ROOT}/logs/poisoned/{{poisoned}}.log",
    benchmark:
        f"{ROOT}/benchmarks/poisoned/{{poisoned}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        spec=lambda wildcards: get_poisoned(wildcards).spec(),
    message:
        "poisoning {input.data}"
    shell:
        "python -m fairbench poison --spec {params.spec:q} --data {input.data:q}"
        " --output {output:q} 2> {log:q}"
