# A mirror is no parameter here but an environment variable, FAIRBENCH_DATA_MIRROR: another place to
# get the same verified bytes from is no reason to get them again.
# Own entries are known by their path, shipped ones by their name.
rule download:
    output:
        f"{CONFIG.data.folder}/{{dataset}}/{{file}}",
    log:
        f"{ROOT}/logs/download/{{dataset}}/{{file}}.log",
    benchmark:
        f"{ROOT}/benchmarks/download/{{dataset}}/{{file}}.tsv"
    wildcard_constraints:
        dataset="[a-z][a-z0-9_]*",
        file="[A-Za-z0-9][A-Za-z0-9._-]*",
    retries: 3
    # Compute nodes of a cluster often have no network.
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=30,
    params:
        entry=lambda wildcards: PLAN.entries.get(wildcards.dataset, wildcards.dataset),
        folder=lambda wildcards: CONFIG.data.folder,
    message:
        "getting {output}"
    shell:
        "python -m fairbench fetch {params.entry:q} --folder {params.folder:q}"
        " --file {wildcards.file:q} > {log:q} 2>&1"
