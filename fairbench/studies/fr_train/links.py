"""Which rows of the data the crowd was shown: the crowd sets have features and no key."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

#: By the paper's names: a crowd set's column -> the data's, both with the same values or renamed.
_COLUMNS = {
    "COMPAS": {
        "age": "age",
        "num_of_crimes": "priors_count",
        "crime_level": "c_charge_degree",
        "race": "race",
    },
    "Adult": {
        "age": "age",
        "education_num": "education-num",
        "capital_gain": "capital-gain",
        "work_hours_per_week": "hours-per-week",
        "race": "race",
        "role_in_family": "relationship",
    },
}
_RENAMED = {"Felony (Serious)": "F", "Misdemeanor (Light)": "M", "Child": "Own-child"}


def links(people: Mapping[str, pd.DataFrame], data: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count to how many rows of the data each person shown to the crowd fits.

    Parameters
    ----------
    people, data : mapping of str to DataFrame
        By the paper's names: the crowd sets and the data that they are from, as `load_table` reads
        them, with the same groups.

    Returns
    -------
    DataFrame
        ``dataset``, ``rows``, and how many of them fit ``no_row``, ``one_row`` and
        ``several_rows``. Only those that fit one row can be said to be it.
    """
    found = []
    for name, shown in people.items():
        fitting = fitting_rows(name, shown, data[name]).map(len)
        found.append(
            {
                "dataset": name,
                "rows": len(shown),
                "no_row": int((fitting == 0).sum()),
                "one_row": int((fitting == 1).sum()),
                "several_rows": int((fitting > 1).sum()),
            }
        )
    return pd.DataFrame(found)


def fitting_rows(name: str, shown: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Places of the rows of the data that each person shown fits, a list for each.

    Parameters
    ----------
    name : {"COMPAS", "Adult"}
    shown, known : DataFrame
        The people shown to the crowd, and the data that they are from.
    """
    columns = _COLUMNS[name]
    wanted = shown[[*columns, "sensitive", "y"]].replace(_RENAMED).rename(columns=columns)
    known = known[[*columns.values(), "sensitive", "y"]]
    if name == "COMPAS":
        white = known["race"].where(known["race"] == "Caucasian", "Non-caucasian")
        # Here 1 is who is not arrested again, in the crowd set who is.
        known = known.assign(race=white, y=1 - known["y"])
    keys = list(wanted.columns)
    places = known.assign(place=range(len(known))).groupby(keys)["place"].apply(list)
    fitting = wanted.merge(places.reset_index(), how="left", on=keys)["place"]
    return fitting.map(lambda found: found if isinstance(found, list) else [])
