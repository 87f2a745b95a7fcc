"""What the Snakemake workflow catalog asks of a repository that it shows how to use."""

from pathlib import Path

import yaml

REPOSITORY = Path(__file__).parents[1]


def test_the_readme_is_found_by_the_catalogs_search():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8").lower()
    assert "snakemake" in text
    assert "workflow" in text


def test_the_files_of_standardised_usage_are_there():
    for name in ("workflow/Snakefile", "config/README.md", "config/config.yaml"):
        assert (REPOSITORY / name).is_file(), name
    assert list((REPOSITORY / "workflow" / "rules").glob("*.smk"))


def test_usage_says_what_the_catalog_reads():
    text = (REPOSITORY / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8")
    usage = yaml.safe_load(text)["usage"]
    assert set(usage) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert set(usage["mandatory-flags"]) == {"desc", "flags"}
    assert usage["report"] is True
