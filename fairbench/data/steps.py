"""The jobs that make data: draw, divide, poison, read, download, and the limit of a law."""

from __future__ import annotations

from fairbench.base.call import Call


def draw(call: Call) -> None:
    """Draw a data set."""
    from fairbench.data.drawn import build, resolve
    from fairbench.store.tables import write_table

    given = dict(call.spec)
    frame = build(given["dataset"], given["parameters"], given["trials"], given["seed"])
    parameters = resolve(given["dataset"], given["parameters"])
    about = given | {"parameters": parameters, "labels": "0/1; 0 is -1 in released files"}
    write_table(frame, call.output, kind="dataset", about=about | {"columns": list(frame.columns)})


def divide(call: Call) -> None:
    """Divide and encode a real data set."""
    from fairbench.data.real.encode import build_real
    from fairbench.store.tables import write_table

    given = dict(call.spec)
    profile, folder = given["parameters"]["profile"], given["folder"]
    columns = given["parameters"].get("sensitive")
    columns = columns and columns.split("+")
    entry = _entry(given, profile, columns)
    frame = build_real(entry, profile, folder, given["trials"], given["seed"], sensitive=columns)
    about = {name: value for name, value in given.items() if name not in ("entry", "folder")}
    about |= _provenance(entry, profile, folder, columns)
    about |= {"labels": _labels(entry.view(profile, columns))}
    about |= _groups(frame, entry.view(profile, columns))
    write_table(frame, call.output, kind="dataset", about=about | {"columns": list(frame.columns)})


def colour(call: Call) -> None:
    """Draw a trial of Biased-MNIST from the files of digits."""
    from fairbench.data.biased_mnist import biased_draw
    from fairbench.data.file_sets import MNIST
    from fairbench.data.mnist import read_digits
    from fairbench.data.real.download import verify
    from fairbench.store.journal import saw_file
    from fairbench.store.tables import write_table

    given, files = call.spec, call.inputs["files"]
    for path, source in zip(files, MNIST.sources, strict=True):
        verify(path, source)
        saw_file(path, is_data=True)
    digits = read_digits(*files[:2]), read_digits(*files[2:])
    (trial,) = given["trials"]
    columns = biased_draw(*digits, **given["parameters"], trial=trial, seed=given["seed"])
    write_table(columns, call.output, kind="dataset", about=dict(given))


def poison(call: Call) -> None:
    """Flip labels of a data set's training rows."""
    from fairbench.base.randomness import seed_of
    from fairbench.data.files import read_dataset
    from fairbench.data.poisoning import flip_labels
    from fairbench.store.tables import write_table

    given = call.spec
    frame, about = read_dataset(call.input("data"), given["data"])
    named = [about["dataset"]] if "definition" in about else []
    named += map(str, about["parameters"].values())
    seed = seed_of(given["seed"], "poisoning", *named)
    flipped = flip_labels(frame, **given["poisoning"], seed=seed)
    about |= {"poisoning": given["poisoning"], "flipped": int((flipped.y != flipped.y_clean).sum())}
    write_table(flipped, call.output, kind="dataset", about=about)


def table(call: Call) -> None:
    """Read the rows of a real data set that a profile keeps."""
    from fairbench.data.real.load import load_table
    from fairbench.store.tables import write_table

    given = call.spec
    profile, folder = given["profile"], given["folder"]
    entry = _entry(given, profile)
    frame = load_table(entry, profile, folder)
    about = {name: given[name] for name in ("dataset", "profile", "definition")}
    about |= _provenance(entry, profile, folder) | {"columns": list(frame.columns)}
    about |= _groups(frame, entry.view(profile))
    write_table(frame, call.output, kind="table", about=about)


def fetch(call: Call) -> None:
    """Get a file of a data set, verified, from a mirror or by URL."""
    from fairbench.data.file_sets import to_fetch
    from fairbench.data.real.download import fetch as fetch_files

    given = call.spec
    fetch_files(to_fetch(given["entry"]), given["folder"], only=given["file"])


def limit(call: Call) -> None:
    """Compute the best accuracy at each disparate impact for a known law."""
    from fairbench.data.limit import accuracy_limit
    from fairbench.store.tables import write_table

    write_table(accuracy_limit(**call.spec), call.output, kind="limit", about=dict(call.spec))


def _groups(frame, view) -> dict:
    """Names of more than two groups, with a word in the log about small ones."""
    import sys

    from fairbench.data.real.columns import small_groups

    names = frame.attrs.pop("groups")
    first = frame[frame["trial"] == frame["trial"].iloc[0]] if "trial" in frame else frame
    if warning := small_groups(first["sensitive"].to_numpy(), names):
        print(f"data set {view.name}, profile {view.profile}: {warning}", file=sys.stderr)
    return {"groups": names} if view.many_groups else {}


def _labels(view) -> str:
    """What y means."""
    if view.label.count == 2:
        return "0/1; 1 is favourable"
    return "; ".join(f"{k} is {value}" for k, value in enumerate(view.label.classes))


def _entry(given, profile: str, sensitive: list[str] | None = None):
    """The entry of a job, if it still says what it said when the job was planned."""
    from fairbench.data.real.entry import EntryError, read_entry

    entry = read_entry(given["entry"])
    if entry.view(profile, sensitive).definition() != given["definition"]:
        raise EntryError(f"{given['entry']} was edited while the workflow ran; run it again")
    return entry


def _provenance(entry, profile: str, folder: str, sensitive: list[str] | None = None) -> dict:
    """The rules that made a file, and the hash of each file that it was made from."""
    from fairbench.data.real.download import sha256_of
    from fairbench.store.journal import saw_file

    for path in entry.paths(folder):
        saw_file(path, is_data=True)
    sources = {path.name: sha256_of(path) for path in entry.paths(folder)}
    view = entry.view(profile, sensitive).model_dump(mode="json")
    return {"view": view, "sha256": sources}
