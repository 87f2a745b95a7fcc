# Invariant representations of real data: searches on inner folds, models on outer ones, a sweep.
# A round of a search is made from the files of all rounds before; those files are its storage.
use rule train as representation_trials with:
    input:
        unpack(needs("representations/search/{file}.parquet")),
    output:
        f"{ROOT}/representations/search/{{file}}.parquet",
    log:
        f"{ROOT}/logs/representations/search/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/search/{{file}}.tsv"
    params:
        job=told("representations/search/{file}.parquet"),
    message:
        "searching {output}"


use rule train as representation_fold with:
    input:
        unpack(needs("representations/fits/{file}.parquet")),
    output:
        f"{ROOT}/representations/fits/{{file}}.parquet",
    log:
        f"{ROOT}/logs/representations/fits/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/fits/{{file}}.tsv"
    params:
        job=told("representations/fits/{file}.parquet"),
    message:
        "measuring {output}"


use rule train as representation_sweep with:
    input:
        unpack(needs("representations/sweep/{file}.parquet")),
    output:
        f"{ROOT}/representations/sweep/{{file}}.parquet",
    log:
        f"{ROOT}/logs/representations/sweep/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/representations/sweep/{{file}}.tsv"
    params:
        job=told("representations/sweep/{file}.parquet"),
    message:
        "sweeping gamma: {output}"


if PLAN.of("representation_tables"):

    use rule collect as representation_searches with:
        input:
            **inputs_of("representation_searches"),
        output:
            **outputs_of("representation_searches"),
        log:
            f"{ROOT}/logs/representations/collect/searches.log",
        benchmark:
            f"{ROOT}/benchmarks/representations/collect/searches.tsv"
        params:
            job=told_of("representation_searches"),
        message:
            "collecting {output.table}"

    use rule collect as representation_folds with:
        input:
            **inputs_of("representation_folds"),
        output:
            **outputs_of("representation_folds"),
        log:
            f"{ROOT}/logs/representations/collect/folds.log",
        benchmark:
            f"{ROOT}/benchmarks/representations/collect/folds.tsv"
        params:
            job=told_of("representation_folds"),
        message:
            "collecting {output.table}"

    use rule collect as representation_tables with:
        input:
            **inputs_of("representation_tables"),
        output:
            **outputs_of("representation_tables"),
        log:
            f"{ROOT}/logs/representations/tables.log",
        benchmark:
            f"{ROOT}/benchmarks/representations/tables.tsv"
        params:
            job=told_of("representation_tables"),
        message:
            "summarising the representations and holding them against what was published"


if PLAN.of("representation_swept"):

    use rule collect as representation_swept with:
        input:
            **inputs_of("representation_swept"),
        output:
            **outputs_of("representation_swept"),
        log:
            f"{ROOT}/logs/representations/collect/sweep.log",
        benchmark:
            f"{ROOT}/benchmarks/representations/collect/sweep.tsv"
        params:
            job=told_of("representation_swept"),
        message:
            "collecting {output.table}"


rule representations:
    input:
        target("representations"),
