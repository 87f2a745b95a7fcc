# `make figures` and `make test` need git, make and Python 3.11 or newer, and nothing else.
PYTHON ?= python3
VENV := .venv
CORES ?= all
# Address of a package index for torch alone, such as PyTorch's own for the small CPU build.
TORCH_INDEX ?=
RUN := $(VENV)/bin/

.PHONY: env figures quick published representations fr-train individual biased-mnist report docs test test-faults test-report test-docs test-slurm test-downloads readme clean

env: $(VENV)/.ready

# Pinned throughout by envs/constraints.txt; docs/running.md has PyTorch's small CPU build.
$(VENV)/.ready: pyproject.toml envs/constraints.txt
	@$(PYTHON) -c "import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f'Python 3.11 or newer is needed; this is {v.major}.{v.minor}: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)
	$(RUN)python -m pip install --quiet --disable-pip-version-check -c envs/constraints.txt $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "torch==2.13.0"
	$(RUN)python -m pip install --quiet --disable-pip-version-check -c envs/constraints.txt -e ".[dev]"
	@touch $@

figures: env
	$(RUN)snakemake --cores $(CORES)
	@$(RUN)python -m fairbench where

quick: env
	$(RUN)snakemake --cores $(CORES) --configfile config/quick.yaml
	@$(RUN)python -m fairbench where

published: env
	$(RUN)snakemake --cores $(CORES) --configfile config/published.yaml
	@$(RUN)python -m fairbench where

# One page of whatever is finished so far, to be opened without a network.
report: env
	@$(RUN)python -m fairbench report

# A site of the pages and of whatever is finished so far, in site/; it opens without a network too.
docs: env
	$(RUN)python -m pip install --quiet --disable-pip-version-check -c envs/constraints.txt -e ".[docs]"
	@NO_MKDOCS_2_WARNING=1 $(RUN)python -m fairbench site

# Invariant representations of real data, which are downloaded or read from FAIRBENCH_DATA_MIRROR.
representations: env
	$(RUN)snakemake --cores $(CORES) representations
	@$(RUN)python -m fairbench where results/representations

# The tables of the FR-Train paper, also on real data.
fr-train: env
	$(RUN)snakemake --cores $(CORES) fr_train
	@$(RUN)python -m fairbench where results/fr_train

# Individual fairness: the seed's experiments, and certificates of networks.
individual: env
	$(RUN)snakemake --cores $(CORES) individual
	@$(RUN)python -m fairbench where results/individual

# Digits on coloured backgrounds, which nearly give them away.
biased-mnist: env
	$(RUN)snakemake --cores $(CORES) biased_mnist
	@$(RUN)python -m fairbench where results/biased_mnist

# Put what the default study found into the README, and what the representations did if they ran.
readme: figures
	$(RUN)python -m fairbench readme results/tables/findings.md README.md --picture results/figures/answers.png
	@test ! -f results/fr_train/tables/findings.md || $(RUN)python -m fairbench readme results/fr_train/tables/findings.md README.md --name fr_train
	@test ! -f results/individual/tables/findings.md || $(RUN)python -m fairbench readme results/individual/tables/findings.md README.md --name individual
	@test ! -f results/biased_mnist/tables/findings.md || $(RUN)python -m fairbench readme results/biased_mnist/tables/findings.md README.md --name biased_mnist
	@test ! -f results/representations/tables/findings.md || $(RUN)python -m fairbench readme results/representations/tables/findings.md README.md --name representations

# Two workers, a thread each; the one that is done first takes tests from the other.
test: env
	OMP_NUM_THREADS=1 $(RUN)python -m pytest -q -n 2 --dist worksteal

# Kills, full disks, damaged files and bad methods, on the quick study: half an hour on two cores.
# Renews the table in docs/faults.md if everything passes.
test-faults: env
	FAIRBENCH_TEST_FAULTS=write $(RUN)python -m pytest tests/faults

# The report in a real browser: Chromium, or the one that playwright gets.
test-report: env
	$(RUN)python -m pip install --quiet --disable-pip-version-check -c envs/constraints.txt "playwright>=1.50"
	FAIRBENCH_TEST_REPORT=1 $(RUN)python -m pytest tests/report

# Every real file from its own address, 12 MB in all: needs a network.
test-downloads: env
	FAIRBENCH_TEST_DOWNLOADS=1 $(RUN)python -m pytest tests/downloads
# The site in a real browser, likewise, and the first figure of the tutorial drawn.
test-docs: env
	$(RUN)python -m pip install --quiet --disable-pip-version-check -c envs/constraints.txt -e ".[docs]" "playwright>=1.50"
	NO_MKDOCS_2_WARNING=1 FAIRBENCH_TEST_DOCS=1 $(RUN)python -m pytest tests/site tests/docs

# Minutes, and a Slurm of its own on this machine from the Debian packages (docs/cluster.md).
test-slurm: env
	$(RUN)python -m pip install --quiet --disable-pip-version-check -c envs/constraints.txt -e ".[cluster]"
	FAIRBENCH_TEST_SLURM=1 $(RUN)python -m pytest -s tests/slurm

clean:
	rm -rf results .snakemake
