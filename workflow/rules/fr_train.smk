# The FR-Train paper: its fits are those of the rule `train`; these are its tables.
if PLAN.of("fr_train_tables"):

    use rule collect as fr_train_fits with:
        input:
            **inputs_of("fr_train_fits"),
        output:
            **outputs_of("fr_train_fits"),
        log:
            f"{ROOT}/logs/fr_train/fits.log",
        benchmark:
            f"{ROOT}/benchmarks/fr_train/fits.tsv"
        params:
            job=told_of("fr_train_fits"),
        message:
            "collecting {output.table}"

    use rule collect as fr_train_tables with:
        input:
            **inputs_of("fr_train_tables"),
        output:
            **outputs_of("fr_train_tables"),
        log:
            f"{ROOT}/logs/fr_train/tables.log",
        benchmark:
            f"{ROOT}/benchmarks/fr_train/tables.tsv"
        params:
            job=told_of("fr_train_tables"),
        message:
            "choosing fits and holding them against FR-Train's tables"


if PLAN.of("fr_train_crowd"):

    use rule collect as fr_train_crowd with:
        input:
            **inputs_of("fr_train_crowd"),
        output:
            **outputs_of("fr_train_crowd"),
        log:
            f"{ROOT}/logs/fr_train/crowd.log",
        benchmark:
            f"{ROOT}/benchmarks/fr_train/crowd.tsv"
        params:
            job=told_of("fr_train_crowd"),
        message:
            "judging the crowd's labels"


rule fr_train:
    input:
        target("fr_train"),
