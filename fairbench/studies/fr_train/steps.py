"""The jobs of the FR-Train paper beyond its fits: tables, verdicts, answers, figures."""

from __future__ import annotations

from fairbench.base.call import Call


def fits(call: Call) -> None:
    """Gather every fit of the study into one tidy table."""
    from fairbench.store.tables import write_table
    from fairbench.studies.fr_train.fits import collected

    about = {"settings": call.spec["settings"]}
    write_table(collected(call.spec), call.output, kind="fr_train_fits", about=about)


def crowd(call: Call) -> None:
    """How often the crowd is right (table 6), and which rows of the data it saw."""
    from fairbench.store.csv_tables import write_csv
    from fairbench.store.tables import read_table
    from fairbench.studies.fr_train.crowd import crowd_accuracy
    from fairbench.studies.fr_train.links import links

    found = {name: read_table(paths[0], kind="table")[0] for name, paths in call.inputs.items()}
    write_csv(crowd_accuracy(found, seed=call.spec["seed"]), call.outputs["crowd"])
    by_what = {
        what: {k.removesuffix(f"_{what}"): t for k, t in found.items() if k.endswith(what)}
        for what in ("people", "data")
    }
    write_csv(links(**by_what), call.outputs["links"])


def crowd_rows(call: Call) -> None:
    """A real data set whose clean rows are those that the crowd saw, with its labels."""
    from fairbench.data.files import read_dataset
    from fairbench.store.tables import read_table, write_table
    from fairbench.studies.fr_train.crowd_rows import with_crowd_rows

    given = call.spec
    frame, about = read_dataset(call.input("data"), given["data"])
    tables = {
        name: read_table(call.input(f"crowd_{name}"), kind="table")[0]
        for name in ("people", "answers", "data")
    }
    count = given["crowd_answers"]
    frame = with_crowd_rows(frame, given["of"], **tables, count=count, seed=given["seed"])
    about |= {"crowd_answers": count, "columns": list(frame.columns)}
    write_table(frame, call.output, kind="dataset", about=about)


def tables(call: Call) -> None:
    """Choose fits, hold them against the printed tables, and answer the questions asked."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.evaluation.verdict_words import to_markdown
    from fairbench.store.csv_tables import write_csv
    from fairbench.store.tables import write_markdown
    from fairbench.studies.fr_train.answers import answers, findings
    from fairbench.studies.fr_train.choosing import chosen_fits
    from fairbench.studies.fr_train.contrasts import contrasts
    from fairbench.studies.fr_train.fits import read_fits
    from fairbench.studies.fr_train.layout import layout
    from fairbench.studies.fr_train.section import FRTrainStudy
    from fairbench.studies.fr_train.verdicts import cells, verdicts

    every = read_fits(call.input("fits"))
    study = FRTrainStudy.model_validate(call.spec["study"])
    chosen = chosen_fits(every, target=study.target)
    compared, held = contrasts(chosen), cells(chosen)
    crowd = read_csv(call.input("crowd")) if "crowd" in call.inputs else None
    judged = verdicts(held, crowd)
    made = {"tables": held, "chosen": chosen, "contrasts": compared, "verdicts": judged}
    for name, frame in made.items():
        write_csv(frame, call.outputs[name])
    write_markdown(call.outputs["verdicts_text"], to_markdown(judged))
    write_markdown(call.outputs["layout"], layout(held))
    write_markdown(call.outputs["answers"], answers(compared))
    write_markdown(call.outputs["findings"], findings(compared, judged))


def draw_fig1(call: Call) -> None:
    """The toy example."""
    from fairbench.plotting.style import write
    from fairbench.studies.fr_train.figures.toy import figure_toy

    write(figure_toy(), call)


def draw_fig2(call: Call) -> None:
    """The poisoned data, and fairness constraints on them."""
    from fairbench.plotting.style import write
    from fairbench.store.tables import read_table
    from fairbench.studies.fr_train.figures.poisoned import figure_poisoned
    from fairbench.studies.fr_train.fits import read_fits

    data, limit = (read_table(call.input(name))[0] for name in ("data", "limit"))
    write(figure_poisoned(data, read_fits(call.input("fits")), limit), call)


def draw_fig4(call: Call) -> None:
    """Trade-off curves, clean and poisoned."""
    from fairbench.plotting.style import write
    from fairbench.store.tables import read_table
    from fairbench.studies.fr_train.figures.curves import figure_curves
    from fairbench.studies.fr_train.fits import read_fits

    limit = read_table(call.input("limit"), kind="limit")[0]
    write(figure_curves(read_fits(call.input("fits")), limit), call)


def draw_tables(call: Call) -> None:
    """What was printed and what came out, as a picture."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.plotting.style import write
    from fairbench.studies.fr_train.figures.printed import figure_printed

    write(figure_printed(read_csv(call.input("tables")), target=call.spec["target"]), call)
