# Data: downloaded, drawn or divided, poisoned, and the limit of a law. Every rule's work is said by
# the plan; the first is written out, the others are that one for other files.


rule draw:
    input:
        unpack(needs("data/{file}.parquet")),
    output:
        f"{ROOT}/data/{{file}}.parquet",
    log:
        f"{ROOT}/logs/data/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/data/{{file}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
        fit_seconds=0,
    params:
        job=told("data/{file}.parquet"),
    message:
        "drawing {output}"
    shell:
        "python -m fairbench run {params.job:q} --threads {threads}"
        " --fit-seconds {resources.fit_seconds} 2> {log:q}"


# Where a mirror is, is no parameter but an environment variable, FAIRBENCH_DATA_MIRROR: another
# place to get the same verified bytes from is no reason to get them again.
use rule draw as download with:
    input:
        [],
    output:
        f"{CONFIG.data.folder}/{{dataset}}/{{file}}",
    log:
        f"{ROOT}/logs/download/{{dataset}}/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/download/{{dataset}}/{{file}}.tsv"
    wildcard_constraints:
        dataset="[a-z][a-z0-9_]*",
        file="[A-Za-z0-9][A-Za-z0-9._-]*",
    retries: 3
    # Compute nodes of a cluster often have no network.
    localrule: True
    resources:
        mem_mb=500,
        runtime=30,
        fit_seconds=0,
    params:
        job=lambda wildcards: job_at(
            f"{CONFIG.data.folder}/{wildcards.dataset}/{wildcards.file}"
        ).command(CONFIG.resources.device),
    message:
        "getting {output}"


# Real data before they are divided, for work that divides them in its own way.
use rule draw as table with:
    input:
        unpack(needs("real/{file}.parquet")),
    output:
        f"{ROOT}/real/{{file}}.parquet",
    log:
        f"{ROOT}/logs/real/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/real/{{file}}.tsv"
    params:
        job=told("real/{file}.parquet"),
    message:
        "reading {output}"


use rule draw as poison with:
    input:
        unpack(needs("poisoned/{file}.parquet")),
    output:
        f"{ROOT}/poisoned/{{file}}.parquet",
    log:
        f"{ROOT}/logs/poisoned/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/poisoned/{{file}}.tsv"
    params:
        job=told("poisoned/{file}.parquet"),
    message:
        "poisoning {input.data}"


use rule draw as limit with:
    input:
        unpack(needs("limits/{file}.parquet")),
    output:
        f"{ROOT}/limits/{{file}}.parquet",
    log:
        f"{ROOT}/logs/limits/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/limits/{{file}}.tsv"
    resources:
        mem_mb=1500,
        runtime=10,
        fit_seconds=0,
    params:
        job=told("limits/{file}.parquet"),
    message:
        "computing the accuracy limit {output}"
