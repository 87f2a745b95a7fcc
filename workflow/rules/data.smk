DRAWN = package("data/drawn")
READ = package("data/real/load")
ENCODED = package("data/real/encode")


# Real data are divided and encoded; their files come from the rule download or lie beside the entry.
rule draw:
    input:
        lambda wildcards: ENCODED if get_data(wildcards).table else DRAWN,
        files=lambda wildcards: get_data(wildcards).files,
    output:
        f"{ROOT}/data/{{data}}.parquet",
    log:
        f"{ROOT}/logs/data/{{data}}.log",
    benchmark:
        f"{ROOT}/benchmarks/data/{{data}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        spec=lambda wildcards: get_data(wildcards).spec(),
    message:
        "drawing {output}"
    shell:
        "python -m fairbench draw --spec {params.spec:q} --output {output:q} 2> {log:q}"


rule limit:
    input:
        package("data/limit"),
    output:
        f"{ROOT}/limits/{{law}}.parquet",
    log:
        f"{ROOT}/logs/limits/{{law}}.log",
    benchmark:
        f"{ROOT}/benchmarks/limits/{{law}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        spec=lambda wildcards: known(
            PLAN.limits, f"{ROOT}/limits/{wildcards.law}.parquet"
        ).spec(),
    message:
        "computing the accuracy limit {output}"
    shell:
        "python -m fairbench limit --spec {params.spec:q} --output {output:q} 2> {log:q}"


# Real data before they are divided, for work that divides them in its own way.
rule table:
    input:
        READ,
        files=lambda wildcards: get_table(wildcards).files,
    output:
        f"{ROOT}/real/{{table}}.parquet",
    log:
        f"{ROOT}/logs/real/{{table}}.log",
    benchmark:
        f"{ROOT}/benchmarks/real/{{table}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        spec=lambda wildcards: get_table(wildcards).spec(),
    message:
        "reading {output}"
    shell:
        "python -m fairbench table --spec {params.spec:q} --output {output:q} 2> {log:q}"
