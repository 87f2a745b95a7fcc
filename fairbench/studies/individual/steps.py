"""The jobs of individual fairness: experiments, verdicts, answers, figures."""

from __future__ import annotations

from fairbench.base.call import Call


def boston(call: Call) -> None:
    """Run the seed's experiments on Boston housing."""
    from fairbench.data.real.entry import EntryError, read_entry
    from fairbench.data.real.load import load_numbers
    from fairbench.store.csv_tables import write_csv
    from fairbench.store.journal import saw_file
    from fairbench.studies.individual.boston.experiments import experiments

    data = call.spec["data"]
    entry = read_entry(data["entry"])
    if entry.view(data["profile"]).definition() != data["definition"]:
        raise EntryError(f"{data['entry']} was edited while the workflow ran; run it again")
    for path in entry.paths(data["folder"]):
        saw_file(path, is_data=True)
    rows = load_numbers(entry, data["profile"], data["folder"])
    for name, frame in experiments(rows, call.spec["boston"], call.spec["seed"]).items():
        write_csv(frame, call.outputs[name])


def fetch(call: Call) -> None:
    """Get the file of a network, verified, from a mirror or by URL."""
    from fairbench.data.real.download import fetch as fetch_files
    from fairbench.studies.individual.others.files import FILES

    fetch_files(FILES, call.spec["folder"], only=call.spec["file"])


def question(call: Call) -> None:
    """For whom a protected attribute alone decides the answer of a network."""
    from fairbench.store.journal import saw_file
    from fairbench.store.tables import write_table
    from fairbench.studies.individual.others.files import Question
    from fairbench.studies.individual.others.shares import answered

    given = dict(call.spec)
    asked = Question(given.pop("network"), given.pop("protected"))
    saw_file(call.input("network"), is_data=True)
    row = answered(call.input("network"), asked, given)
    write_table(row, call.output, kind="protected_share", about=dict(call.spec))


def others(call: Call) -> None:
    """All answers about others' networks, beside Fairify's."""
    from fairbench.store.csv_tables import write_csv
    from fairbench.store.tables import read_table
    from fairbench.studies.individual.others.shares import beside_fairify

    answers = [read_table(path, kind="protected_share")[0] for path in call.inputs["answers"]]
    write_csv(beside_fairify(answers), call.output)


def tables(call: Call) -> None:
    """Hold what came out against the text, and answer the questions asked."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.evaluation.verdict_words import to_markdown
    from fairbench.store.csv_tables import write_csv
    from fairbench.store.tables import write_markdown
    from fairbench.studies.individual.answers import answers, findings
    from fairbench.studies.individual.verdicts import verdicts

    found = {name: read_csv(call.input(name)) for name in call.inputs}
    judged = verdicts(found)
    write_csv(judged, call.outputs["verdicts"])
    write_markdown(call.outputs["text"], to_markdown(judged))
    write_markdown(call.outputs["answers"], answers(found, judged))
    write_markdown(call.outputs["findings"], findings(found, judged))


def draw_fig2(call: Call) -> None:
    """Delta against epsilon."""
    from fairbench.studies.individual.figures.curves import figure_curves

    _draw(call, figure_curves, "curves")


def draw_fig3(call: Call) -> None:
    """Delta of random units."""
    from fairbench.studies.individual.figures.draws import figure_draws

    _draw(call, figure_draws, "draws")


def draw_fig5(call: Call) -> None:
    """Descents."""
    from fairbench.studies.individual.figures.descents import figure_descents

    _draw(call, figure_descents, "descents")


def draw_algorithm(call: Call) -> None:
    """What Algorithm 1 lowers."""
    from fairbench.studies.individual.figures.algorithm import figure_algorithm

    _draw(call, figure_algorithm, "algorithm")


def draw_others(call: Call) -> None:
    """Where a protected attribute alone decides."""
    from fairbench.studies.individual.figures.others import figure_others

    _draw(call, figure_others, "others")


def draw_trade_off(call: Call) -> None:
    """Accuracy and certified delta along the knob."""
    from fairbench.studies.individual.figures.trade_off import figure_trade_off

    _draw(call, figure_trade_off, "summary")


def draw_epsilons(call: Call) -> None:
    """Certified delta against epsilon."""
    from fairbench.studies.individual.figures.epsilons import figure_epsilons

    _draw(call, figure_epsilons, "summary")


def draw_rows(call: Call) -> None:
    """What pairs of rows show of the certified delta."""
    from fairbench.studies.individual.figures.rows import figure_rows

    _draw(call, figure_rows, "certificates")


def draw_times(call: Call) -> None:
    """Time of a certificate against the size of the network."""
    from fairbench.studies.individual.figures.times import figure_times

    _draw(call, figure_times, "certificates")


def _draw(call: Call, function, *needed: str) -> None:
    from fairbench.plotting.style import write
    from fairbench.store.csv_tables import read_csv

    write(function(*(read_csv(call.input(name)) for name in needed), **call.spec), call)
