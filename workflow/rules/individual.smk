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
