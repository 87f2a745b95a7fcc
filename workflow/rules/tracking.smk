# Tracked runs: trained again with their parameters recorded, and measured afterwards.
use rule draw as track with:
    input:
        unpack(needs("traces/{file}.parquet")),
    output:
        f"{ROOT}/traces/{{file}}.parquet",
    log:
        f"{ROOT}/logs/traces/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/traces/{{file}}.tsv"
    resources:
        mem_mb=CONFIG.resources.memory_mb,
        runtime=CONFIG.resources.runtime_minutes,
        fit_seconds=FIT_SECONDS,
    params:
        job=told("traces/{file}.parquet"),
    message:
        "tracking {output}"
