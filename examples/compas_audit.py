"""COMPAS's own risk scores, audited beside what was printed of them.

    python examples/compas_audit.py            # writes into audit-compas, or the folder named here

The scores are those of the company Northpointe, 1 to 10, for people arrested in Broward County in
2013 and 2014; the label is whether they were arrested again within two years. ProPublica called a
score above 4 a prediction that they would be. The table is fetched, or taken from the mirror that
FAIRBENCH_DATA_MIRROR names. Read the warnings of fairbench/data/real/entries/compas.yaml first: the
label is arrest, not crime.
"""

import os
import sys

import fairbench
from fairbench.auditing import AuditError
from fairbench.data.real.download import fetch
from fairbench.data.real.entry import MIRROR, read_entry

BLACK, WHITE, ALL = "African-American", "Caucasian", "all rows"
PROPUBLICA = "Larson et al., ProPublica 2016"
DRESSEL = "Dressel and Farid, Science Advances 2018"
#: What was printed, in percent: who printed it, the group, the measure (a minus: 100 less it).
PRINTED = [
    (PROPUBLICA, BLACK, "false_positive_rate", 44.85),
    (PROPUBLICA, WHITE, "false_positive_rate", 23.45),
    (PROPUBLICA, BLACK, "-true_positive_rate", 27.99),
    (PROPUBLICA, WHITE, "-true_positive_rate", 47.72),
    (PROPUBLICA, BLACK, "positive_predictive_value", 63),
    (PROPUBLICA, WHITE, "positive_predictive_value", 59),
    (DRESSEL, ALL, "accuracy", 65.4),
    (DRESSEL, BLACK, "accuracy", 63.8),
    (DRESSEL, WHITE, "accuracy", 67.0),
]
NAMES = {"-true_positive_rate": "false negative rate"}


def compared(found):
    """Of each printed number: ours and its interval, in percent."""
    for source, group, measure, printed in PRINTED:
        rows = found.measures
        here = rows[(rows["group"] == group) & (rows["measure"] == measure.lstrip("-"))
                    & (rows["part"] == "groups")].iloc[0]  # fmt: skip
        ours = [100 * here[name] for name in ("value", "low", "high")]
        if measure.startswith("-"):
            ours = [100 - ours[k] for k in (0, 2, 1)]
        name = NAMES.get(measure, measure.replace("_", " "))
        yield source, group, name, printed, *ours


def main(folder="audit-compas"):
    mirror = os.environ.get(MIRROR)
    (table,) = fetch(read_entry("compas"), "resources/data", mirror=mirror)
    found = fairbench.audit(
        table,
        label="two_year_recid",
        sensitive=["race", "sex"],
        score="decile_score",
        threshold=4,
        reference={"race": WHITE},
    )
    print(f"{'':<40} {'group':<18} {'measure':<26} printed  ours")
    for source, group, name, printed, value, low, high in compared(found):
        interval = f"{value:.2f} [{low:.1f}, {high:.1f}]"
        print(f"{source:<40} {group:<18} {name:<26} {printed:>7}  {interval}")
    print()
    for text in found.findings():
        print(f"- {text}")
    page, *_ = found.write(folder)
    print(f"\n{page}")
    return found


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2])
    except AuditError as error:
        sys.exit(str(error))
