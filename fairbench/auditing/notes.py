"""What a reader of an audit has to know beside its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fairbench.auditing.asked import Asked
from fairbench.auditing.model import Model
from fairbench.auditing.people import People
from fairbench.auditing.rates import MOST_COMPARED, Counted

_LISTED = 12


def notes_of(
    people: People,
    parts: Sequence[Counted],
    asked: Asked,
    threshold: float | None,
    model: Model | None,
) -> list[str]:
    """Sentences about rows left out, samples, small groups, and classes that are not there."""
    return [
        *_of_rows(people, asked),
        *_of_classes(people, asked),
        *_of_groups(parts, asked),
        *_of_decisions(people, asked, threshold, model),
    ]


def _of_rows(people: People, asked: Asked) -> Iterator[str]:
    if people.missing:
        told = ", ".join(f"{name} in {rows:,}" for name, rows in people.missing.items())
        out = people.total - people.complete
        kept = "; a missing group is a group of its own" if asked.missing == "group" else ""
        yield (
            f"Values are missing ({told}): {out:,} of {people.total:,} rows are left out{kept}. "
            "If they are missing more often in one group, all numbers lean."
        )
    if people.rows < people.complete:
        yield (
            f"The table has {people.complete:,} usable rows: a random sample of {people.rows:,} "
            "was measured (--rows)."
        )


def _of_classes(people: People, asked: Asked) -> Iterator[str]:
    prediction = asked.prediction or "the decision"
    for name, values in ((asked.label, people.label), (prediction, people.prediction)):
        if values.all() or not values.any():
            yield (
                f"{name} is {int(values[0])} in all rows: what needs both of its values is empty."
            )


def _of_groups(parts: Sequence[Counted], asked: Asked) -> Iterator[str]:
    for counted in parts:
        names, sizes = counted.attribute.names, counted.sizes
        small = [k for k in range(len(names)) if sizes[k] < asked.smallest]
        if small:
            told = ", ".join(f"{names[k]} ({sizes[k]:,})" for k in small[:_LISTED])
            more = f" and {len(small) - _LISTED} more" if len(small) > _LISTED else ""
            yield (
                f"{counted.attribute.name}: groups of fewer than {asked.smallest:,} rows are "
                f"shown, and not compared with others: {told}{more}."
            )
        if len(names) - len(small) > MOST_COMPARED:
            yield (
                f"{counted.attribute.name}: of {len(names):,} groups the {MOST_COMPARED} largest "
                "are compared."
            )
        if len(counted.compared) < 2:
            yield f"{counted.attribute.name}: there are no two groups large enough to compare."


def _of_decisions(
    people: People, asked: Asked, threshold: float | None, model: Model | None
) -> Iterator[str]:
    if asked.prediction is None:
        whose = asked.score or "the model's probability"
        yield f"A decision is 1 where {whose} is above {threshold:g}."
    if model is not None and model.network is None:
        yield f"The model cannot be certified, {model.why}: nothing is said of similar people."
    if asked.prediction is not None and model is not None:
        own = model.score(people.features) > (0.5 if threshold is None else threshold)
        if differ := int((own != people.prediction).sum()):
            yield (
                f"The model decides otherwise than {asked.prediction} in {differ:,} of "
                f"{people.rows:,} rows: certified is the model, measured the column."
            )
