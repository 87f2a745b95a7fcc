# Individual fairness: the seed's experiments, certificates of networks, and their verdicts.
if PLAN.of("individual_boston"):

    use rule collect as individual_boston with:
        input:
            **inputs_of("individual_boston"),
        output:
            **outputs_of("individual_boston"),
        log:
            f"{ROOT}/logs/individual/boston.log",
        benchmark:
            f"{ROOT}/benchmarks/individual/boston.tsv"
        params:
            job=told_of("individual_boston"),
        message:
            "running the seed's experiments on Boston housing"


# As the rule `train`, but the weights are kept.
use rule train as individual_train with:
    input:
        unpack(needs("individual/networks/{file}.parquet")),
    output:
        f"{ROOT}/individual/networks/{{file}}.parquet",
    log:
        f"{ROOT}/logs/individual/networks/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/individual/networks/{{file}}.tsv"
    params:
        job=told("individual/networks/{file}.parquet"),
    message:
        "training {output}"


use rule draw as individual_certify with:
    input:
        unpack(needs("individual/certificates/{file}.parquet")),
    output:
        f"{ROOT}/individual/certificates/{{file}}.parquet",
    log:
        f"{ROOT}/logs/individual/certificates/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/individual/certificates/{{file}}.tsv"
    resources:
        mem_mb=2000,
        runtime=60,
        fit_seconds=0,
    params:
        job=told("individual/certificates/{file}.parquet"),
    message:
        "certifying {output}"


if PLAN.of("individual_gather"):

    use rule collect as individual_gather with:
        input:
            **inputs_of("individual_gather"),
        output:
            **outputs_of("individual_gather"),
        log:
            f"{ROOT}/logs/individual/gather.log",
        benchmark:
            f"{ROOT}/benchmarks/individual/gather.tsv"
        params:
            job=told_of("individual_gather"),
        message:
            "gathering certificates"


# One job a network and protected attribute.
use rule draw as individual_question with:
    input:
        unpack(needs("individual/others/{file}.parquet")),
    output:
        f"{ROOT}/individual/others/{{file}}.parquet",
    log:
        f"{ROOT}/logs/individual/others/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/individual/others/{{file}}.tsv"
    resources:
        mem_mb=1500,
        runtime=30,
        fit_seconds=0,
    params:
        job=told("individual/others/{file}.parquet"),
    message:
        "searching {output}"


if PLAN.of("individual_others"):

    use rule collect as individual_others with:
        input:
            **inputs_of("individual_others"),
        output:
            **outputs_of("individual_others"),
        log:
            f"{ROOT}/logs/individual/others.log",
        benchmark:
            f"{ROOT}/benchmarks/individual/others.tsv"
        params:
            job=told_of("individual_others"),
        message:
            "gathering the answers about others' networks"


if PLAN.of("individual_tables"):

    use rule collect as individual_tables with:
        input:
            **inputs_of("individual_tables"),
        output:
            **outputs_of("individual_tables"),
        log:
            f"{ROOT}/logs/individual/tables.log",
        benchmark:
            f"{ROOT}/benchmarks/individual/tables.tsv"
        params:
            job=told_of("individual_tables"),
        message:
            "holding certificates against what was published"


rule individual:
    input:
        target("individual"),
