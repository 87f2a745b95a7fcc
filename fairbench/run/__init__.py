"""All that touches a running Snakemake, in one place."""
