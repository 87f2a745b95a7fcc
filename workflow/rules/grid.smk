# One job trains all trials and lambdas of some cells: starting Python costs more than a fit.
use rule draw as train with:
    input:
        unpack(needs("fits/{file}.parquet")),
    output:
        f"{ROOT}/fits/{{file}}.parquet",
    log:
        f"{ROOT}/logs/fits/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/fits/{{file}}.tsv"
    threads: CONFIG.resources.threads
    resources:
        mem_mb=CONFIG.resources.memory_mb,
        runtime=CONFIG.resources.runtime_minutes,
        fit_seconds=FIT_SECONDS,
    params:
        job=told("fits/{file}.parquet"),
    message:
        "training {output}"


use rule draw as collect with:
    input:
        **inputs_of("collect"),
    output:
        **outputs_of("collect"),
    log:
        f"{ROOT}/logs/collect.log",
    benchmark:
        f"{ROOT}/benchmarks/collect.tsv"
    resources:
        mem_mb=1500,
        runtime=20,
        fit_seconds=0,
    params:
        job=told_of("collect"),
    message:
        "collecting every fit"


use rule collect as select with:
    input:
        **inputs_of("select"),
    output:
        **outputs_of("select"),
    log:
        f"{ROOT}/logs/select.log",
    benchmark:
        f"{ROOT}/benchmarks/select.tsv"
    params:
        job=told_of("select"),
    message:
        "selecting models"


use rule collect as summarise with:
    input:
        **inputs_of("summarise"),
    output:
        **outputs_of("summarise"),
    log:
        f"{ROOT}/logs/summarise.log",
    benchmark:
        f"{ROOT}/benchmarks/summarise.tsv"
    params:
        job=told_of("summarise"),
    message:
        "summarising cells and comparing methods"
