"""The state of a study as it is printed."""

from fairbench.status.announcement import announcement
from fairbench.status.overview import failures, fit_counts, overview
from fairbench.status.rates import COMPILED, START_UP, Rates
from fairbench.status.states import DONE, FAILED, TO_DO, Found, given_up

from .made import MEASURED, done, other, plain, put, put_fits, put_given_up, training


def test_the_announcement_names_jobs_time_and_rate():
    jobs = [training(str(k)) for k in range(20)]
    said = announcement(jobs, MEASURED, cores=2)
    assert said == "20 jobs to do, about 2 min on 2 cores (measured: 10 us per model-iteration)"
    assert announcement([], MEASURED, cores=2) == "nothing is missing"


def test_the_announcement_says_what_it_does_not_know():
    fresh, loops = training("a"), [training(k, what="mine", is_compiled=False) for k in "bc"]
    said = announcement([fresh], Rates(), cores=1)
    seconds = START_UP + COMPILED * fresh.work
    rate = f"not measured here yet: {COMPILED * 1e6:.2g} us per model-iteration"
    assert said == f"1 job to do, about {seconds:.0f} s on 1 core ({rate})"
    said = announcement([fresh, *loops], MEASURED, cores=1)
    assert said.startswith("3 jobs to do, about 12 s on 1 core, without 2 jobs of methods that ")
    said = announcement(loops, MEASURED, cores=1)
    assert said == "2 jobs to do of methods that never ran here"


def test_a_failed_job_is_shown_with_reason_log_and_command(tmp_path):
    job = training("lambda_f=0.1+0.2/x=it's")
    options = ["--configfile", "config/quick.yaml"]
    (shown,) = failures([Found(job, FAILED, "MemoryError: no room")], options)
    path = "'results/fits/lambda_f=0.1+0.2/x=it'\"'\"'s.parquet'"
    assert shown.splitlines()[1:] == [
        "failed: training, fr_train",
        "  why:   MemoryError: no room",
        "  log:   results/logs/fits/lambda_f=0.1+0.2/x=it's.log",
        f"  alone: snakemake {path} --cores 1 --configfile config/quick.yaml",
    ]


def test_a_failed_job_that_is_not_planned_is_shown_while_its_file_is_missing(tmp_path):
    job = training("a")
    put_given_up(tmp_path, "results/other.parquet", logs=["other.log"])
    put(tmp_path, "other.log", "fairbench fetch: no network")
    (shown,) = failures([Found(job, TO_DO)], [], given_up())
    assert shown.splitlines()[1:] == [
        "failed: train",
        "  why:   fairbench fetch: no network",
        "  log:   other.log",
        "  alone: snakemake alone",
    ]
    put(tmp_path, "results/other.parquet")
    assert [*failures([Found(job, TO_DO)], [], given_up())] == []
    put_given_up(tmp_path, *job.files)
    assert len([*failures([Found(job, FAILED)], [], given_up())]) == 1


def test_the_overview_counts_and_shows_strings_as_they_are(tmp_path):
    hostile = "[red]own[/red]"
    jobs = [training("a", what=hostile), training("b", what=hostile), training("c", what=hostile)]
    states = (DONE, FAILED, TO_DO)
    found = [Found(job, state) for job, state in zip(jobs, states, strict=True)]
    rates = Rates({("training", hostile): (2.0, 1e-5)})
    shown = plain(overview(found, rates, cores=2))
    (row,) = [line.split() for line in shown.splitlines() if hostile in line]
    assert row == ["training", hostile, "1", "-", "1", "1", "12", "s"]


def test_the_overview_says_where_a_time_is_not_known():
    loop = Found(training("a", what="mine", is_compiled=False), TO_DO)
    found = [loop, Found(training("b"), TO_DO), Found(other("own stage", "x"), DONE)]
    lines = plain(overview(found, MEASURED, cores=1)).splitlines()
    shown = [words for line in lines if (words := line.split())]
    assert ["training", "fr_train", "-", "-", "-", "1", "12", "s"] in shown
    assert ["mine", "-", "-", "-", "1", "unknown"] in shown
    assert ["together", "1", "-", "-", "2", "over", "12", "s", "on", "1", "core"] in shown
    # A stage that a study kind brings stands after those that all have.
    assert shown[-2] == ["own", "stage", "1", "-", "-", "-"]


def test_fits_that_are_not_ok_are_counted_with_their_reason(tmp_path):
    good, bad = training("a"), training("b")
    put_fits(tmp_path, good.first, 0.1)
    assert fit_counts(done(good)) is None
    put_fits(tmp_path, bad.first, 0.1, "diverged", "weights [bold]are[/bold] not finite")
    shown = plain(fit_counts(done(good, bad)))
    assert "6 fits recorded" in shown
    (row,) = [line for line in shown.splitlines() if "diverged" in line]
    assert row.split() == "fr_train diverged 3 weights [bold]are[/bold] not finite".split()
