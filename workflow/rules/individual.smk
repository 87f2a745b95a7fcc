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
