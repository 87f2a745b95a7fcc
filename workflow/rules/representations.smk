# Invariant representations of real data: searches on inner folds, models on outer ones, a sweep.
# A round of a search is made from the files of all rounds before; those files are its storage.
FOLD_SOURCES = package("studies/representations/jobs")


rule representation_trials:
    input:
        FOLD_SOURCES,
        method=lambda wildcards: sources(
            PLAN.representations.sources(get_trials(wildcards))
        ),
        data=lambda wildcards: get_trials(wildcards).table,
        earlier=lambda wildcards: get_trials(wildcards).earlier,
    output:
        f"{ROOT}/representations/search/{{trials}}.parquet",
    log:
        f"{ROOT}/logs/representations/search/{{trials}}.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/search/{{trials}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: CONFIG.resources.threads
    resources:
        mem_mb=CONFIG.resources.memory_mb,
        runtime=CONFIG.resources.runtime_minutes,
        fit_seconds=FIT_SECONDS,
    params:
        spec=lambda wildcards: get_trials(wildcards).spec(),
        earlier=lambda wildcards, input: options("--earlier", input.earlier),
        device=CONFIG.resources.device,
    message:
        "searching {output}"
    shell:
        "python -m fairbench representation-trials --spec {params.spec:q} --data {input.data:q}"
        " {params.earlier} --output {output:q} --threads {threads} --device {params.device}"
        " --fit-seconds {resources.fit_seconds} 2> {log:q}"


rule representation_fold:
    input:
        FOLD_SOURCES,
        method=lambda wildcards: sources(
            PLAN.representations.sources(get_fold(wildcards))
        ),
        data=lambda wildcards: get_fold(wildcards).table,
        earlier=lambda wildcards: get_fold(wildcards).earlier,
    output:
        f"{ROOT}/representations/fits/{{fold}}.parquet",
    log:
        f"{ROOT}/logs/representations/fits/{{fold}}.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/fits/{{fold}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: CONFIG.resources.threads
    resources:
        mem_mb=CONFIG.resources.memory_mb,
        runtime=CONFIG.resources.runtime_minutes,
        fit_seconds=FIT_SECONDS,
    params:
        spec=lambda wildcards: get_fold(wildcards).spec(),
        earlier=lambda wildcards, input: options("--earlier", input.earlier),
        device=CONFIG.resources.device,
    message:
        "measuring {output}"
    shell:
        "python -m fairbench representation-fold --spec {params.spec:q} --data {input.data:q}"
        " {params.earlier} --output {output:q} --threads {threads} --device {params.device}"
        " --fit-seconds {resources.fit_seconds} 2> {log:q}"


rule representation_sweep:
    input:
        FOLD_SOURCES,
        method=lambda wildcards: sources(
            PLAN.representations.sources(get_sweep(wildcards))
        ),
        data=lambda wildcards: get_sweep(wildcards).table,
    output:
        f"{ROOT}/representations/sweep/{{sweep}}.parquet",
    log:
        f"{ROOT}/logs/representations/sweep/{{sweep}}.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/sweep/{{sweep}}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: CONFIG.resources.threads
    resources:
        mem_mb=CONFIG.resources.memory_mb,
        runtime=CONFIG.resources.runtime_minutes,
        fit_seconds=FIT_SECONDS,
    params:
        spec=lambda wildcards: get_sweep(wildcards).spec(),
        device=CONFIG.resources.device,
    message:
        "sweeping gamma: {output}"
    shell:
        "python -m fairbench representation-sweep --spec {params.spec:q} --data {input.data:q}"
        " --output {output:q} --threads {threads} --device {params.device}"
        " --fit-seconds {resources.fit_seconds} 2> {log:q}"


rule representation_collect:
    input:
        files=lambda wildcards: collected(wildcards)[1],
    output:
        beside=beside(f"{ROOT}/representations/tables/{{table}}.csv"),
        table=f"{ROOT}/representations/tables/{{table}}.csv",
    log:
        f"{ROOT}/logs/representations/collect/{{table}}.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/collect/{{table}}.tsv"
    wildcard_constraints:
        table="folds|sweep",
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        kind=lambda wildcards: collected(wildcards)[0],
        files=lambda wildcards, input: options("--files", input.files),
    message:
        "collecting {output.table}"
    shell:
        "python -m fairbench representation-collect {params.kind} {params.files}"
        " --output {output.table:q} 2> {log:q}"


use rule representation_collect as representation_collect_searches with:
    output:
        table=f"{ROOT}/representations/tables/{{table}}.parquet",
    wildcard_constraints:
        table="searches",
