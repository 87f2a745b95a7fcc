# The report's own tables; its figures come from the rule of all figures.
if PLAN.of("describe_training"):

    use rule collect as describe_training with:
        input:
            **inputs_of("describe_training"),
        output:
            **outputs_of("describe_training"),
        log:
            f"{ROOT}/logs/describe_training.log",
        benchmark:
            f"{ROOT}/benchmarks/describe_training.tsv"
        params:
            job=told_of("describe_training"),
        message:
            "correlating losses with information, and measuring how steadily methods train"


use rule collect as reproduce with:
    input:
        **inputs_of("reproduce"),
    output:
        **outputs_of("reproduce"),
    log:
        f"{ROOT}/logs/reproduce.log",
    benchmark:
        f"{ROOT}/benchmarks/reproduce.tsv"
    params:
        job=told_of("reproduce"),
    message:
        "holding the results against what was published"
