# Biased-MNIST: fits, their tables, verdicts; its data are drawn by the rule `draw`.
use rule train as biased_mnist_train with:
    input:
        unpack(needs("biased_mnist/fits/{file}.parquet")),
    output:
        fits=f"{ROOT}/biased_mnist/fits/{{file}}.parquet",
        cells=f"{ROOT}/biased_mnist/cells/{{file}}.parquet",
    log:
        f"{ROOT}/logs/biased_mnist/fits/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/biased_mnist/fits/{{file}}.tsv"
    params:
        job=told("biased_mnist/fits/{file}.parquet"),
    message:
        "training {output.fits}"


if PLAN.of("biased_mnist_tables"):

    use rule collect as biased_mnist_gather with:
        input:
            **inputs_of("biased_mnist_gather"),
        output:
            **outputs_of("biased_mnist_gather"),
        log:
            f"{ROOT}/logs/biased_mnist/gather.log",
        benchmark:
            f"{ROOT}/benchmarks/biased_mnist/gather.tsv"
        params:
            job=told_of("biased_mnist_gather"),
        message:
            "choosing settings on Biased-MNIST"

    use rule collect as biased_mnist_tables with:
        input:
            **inputs_of("biased_mnist_tables"),
        output:
            **outputs_of("biased_mnist_tables"),
        log:
            f"{ROOT}/logs/biased_mnist/tables.log",
        benchmark:
            f"{ROOT}/benchmarks/biased_mnist/tables.tsv"
        params:
            job=told_of("biased_mnist_tables"),
        message:
            "holding Biased-MNIST against what was published"


rule biased_mnist:
    input:
        target("biased_mnist"),
