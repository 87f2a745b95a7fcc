# Many methods on many data sets: the tables of every kind of study that compares some. Their figures
# come from the rule of all figures.
if PLAN.of("compare"):

    use rule draw as compare with:
        input:
            unpack(needs("{folder}tables/ranks.csv")),
        output:
            **outputs_at("compare", f"{ROOT}/{{folder}}tables"),
        log:
            f"{ROOT}/logs/{{folder}}compare.log",
        benchmark:
            f"{ROOT}/benchmarks/{{folder}}compare.tsv"
        wildcard_constraints:
            folder="(?:[a-z_]+/)?",
        resources:
            mem_mb=1500,
            runtime=20,
            fit_seconds=0,
        params:
            job=told("{folder}tables/ranks.csv"),
        message:
            "comparing methods: {output.ranks}"
