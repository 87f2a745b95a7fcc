"""Configs that cannot be right: overlay, key named, and what else the message says."""

import yaml

from fairbench.planning.complaint import read_yaml

from .overlays import DEFAULT, entry, study

IMBALANCE = "studies.imbalance"
MINE = f"{IMBALANCE}.methods.mine"

MALFORMED = {
    # unknown keys, at every level
    "top level": ("sed: 1", "sed", ["unknown key", "nearest: seed"]),
    "resources": ("resources: {thread: 2}", "resources.thread", ["nearest: threads"]),
    "study": (study("trails: 3"), f"{IMBALANCE}.trails", ["unknown key", "nearest: trials"]),
    "rows": (study("rows: {tests: 99}"), f"{IMBALANCE}.rows.tests", ["nearest: test"]),
    "poisoning": (
        study("poisoning: {rates: 0.1}"),
        f"{IMBALANCE}.poisoning.rates",
        ["allowed: group, label, of, rate, rule", "nearest: rate"],
    ),
    "method entry": (entry("varient: paper"), f"{MINE}.varient", ["nearest: variant"]),
    "budget": (
        study(
            "budget: {iteration: 9, warm_up: 1, update_ratio: 1, generator_rate: 0.1, "
            "fairness_rate: 0.1, robustness_rate: 0.1}"
        ),
        f"{IMBALANCE}.budget.iteration",
        ["unknown key", "nearest: iterations"],
    ),
    "parameter": (
        entry("method: fr_train, parameters: {reweight: off}"),
        f"{MINE}.parameters.reweight",
        ["allowed: ", "robust_gradient", "nearest: reweighting"],
    ),
    "figures": ("figures: {fig99: 1}", "figures.fig99", ["unknown key", "nearest: fig9"]),
    "panel": (
        "figures: {fig8: [{study: tradeoff_clean, tittle: x}]}",
        "figures.fig8.0.tittle",
        ["nearest: title"],
    ),
    "curves": ("figures: {fig9: {lable: x}}", "figures.fig9.lable", ["nearest: label"]),
    "missing key": (
        "studies: {more: {dataset: published, methods: {fr_train: {}}}}",
        "studies.more",
        ["the key lambda_f is missing", "given: ['dataset', 'methods']"],
    ),
    # types
    "word that YAML reads as false": (
        entry("method: fr_train, parameters: {reweighting: off}"),
        f"{MINE}.parameters.reweighting",
        ["given: False", 'write "off"'],
    ),
    "text for a number": ("seed: many", "seed", ["given:   'many'", "integer"]),
    "number for a list": (study("lambda_f: 0.3"), f"{IMBALANCE}.lambda_f", ["list"]),
    "list for a mapping": ("studies: [imbalance]", "studies", ["keys and their values"]),
    "text for a study": ("studies: {imbalance: all}", IMBALANCE, ["given:   'all'"]),
    "half a trial": (study("trials: 1.5"), f"{IMBALANCE}.trials", ["given:   1.5"]),
    # values
    "P(Y=1) = 0": (study("positive_rate: [0, 0.5]"), f"{IMBALANCE}.positive_rate.0", ["0"]),
    "P(Y=1) = 1": (study("positive_rate: [0.5, 1]"), f"{IMBALANCE}.positive_rate.1", ["less"]),
    "P(Y=1) > 1": (study("positive_rate: [1.2]"), f"{IMBALANCE}.positive_rate.0", ["1.2"]),
    "P(Y=1) undefined": (study("positive_rate: [.nan]"), f"{IMBALANCE}.positive_rate.0", ["nan"]),
    "c = 0": (study("group_coefficient: [0]"), f"{IMBALANCE}.group_coefficient.0", ["greater"]),
    "c < 0": (study("group_coefficient: [-1]"), f"{IMBALANCE}.group_coefficient.0", ["-1"]),
    "rate > 0.5": (study("poisoning: {rate: 0.6}"), f"{IMBALANCE}.poisoning.rate", ["0.5"]),
    "rate < 0": (study("poisoning: {rate: -0.1}"), f"{IMBALANCE}.poisoning.rate", ["-0.1"]),
    "lambda < 0": (study("lambda_f: [-0.1]"), f"{IMBALANCE}.lambda_f.0", ["-0.1"]),
    "no grid": (study("lambda_f: []"), f"{IMBALANCE}.lambda_f", ["at least 1"]),
    "twice in a grid": (
        study("lambda_f: [0.1, 0.3, 0.30000000000000004]"),
        f"{IMBALANCE}.lambda_f",
        ["distinct", "twice: 0.3"],
    ),
    "sum of weights": (
        study("lambda_f: [0.5, 0.96]"),
        f"{IMBALANCE}.lambda_f",
        ["lambda_f + lambda_r must stay below 1", "allow_negative_cross_entropy_weight", "1.01"],
    ),
    "eleven trials": (
        "studies: {fig9: {trials: 11}}",
        "studies.fig9.trials",
        ["given:   11", "independent"],
    ),
    "a cell for published": (
        "studies: {tradeoff_clean: {positive_rate: [0.5]}}",
        "studies.tradeoff_clean.positive_rate",
        ["published", "single cell"],
    ),
    "results outside": ("results: results/../..", "results", ["must not leave"]),
    "absolute results": ("results: /etc", "results", ["given:   '/etc'"]),
    # names
    "data set": (
        study("dataset: independant"),
        f"{IMBALANCE}.dataset",
        ["allowed: published, imbalance, independent", "nearest: independent"],
    ),
    "method": (
        study("methods: {fr_trian: {}}"),
        f"{IMBALANCE}.methods.fr_trian",
        ["unknown method", "group_thresholds", "nearest: fr_train"],
    ),
    "variant": (
        entry("method: fr_train, variant: papr"),
        f"{MINE}.variant",
        ["unknown variant", "allowed: released, paper", "nearest: paper"],
    ),
    "choice": (
        entry("method: fr_train, parameters: {reweighting: papre}"),
        f"{MINE}.parameters.reweighting",
        ["allowed: released, paper, off", "nearest: paper"],
    ),
    "parameter's range": (
        entry("method: naive_mi, parameters: {beta: -1}"),
        f"{MINE}.parameters.beta",
        ["given:   -1"],
    ),
    "preset": (
        study("budget: poisond"),
        f"{IMBALANCE}.budget",
        ["no such budget preset", "clean", "nearest: poisoned"],
    ),
    "figure's study": (
        "figures: {fig9: {study: imbalanse}}",
        "figures.fig9.study",
        ["no such study", "nearest: imbalance"],
    ),
    "figure's label": (
        "figures: {fig9: {label: fr_trian}}",
        "figures.fig9.label",
        ["no method with this label", "nearest: fr_train"],
    ),
    "panel's study": (
        "figures: {fig8: [{study: tradeof_clean, title: x}]}",
        "figures.fig8.0.study",
        ["nearest: tradeoff_clean"],
    ),
    "switched-off study in a figure": (
        "studies: {imbalance: null}\nfigures: {fig9: {study: imbalance}, fig10: null}",
        "figures.fig9.study",
        ["switched off"],
    ),
    "no method file": (
        entry("file: methods/nowhere.py"),
        f"{MINE}.file",
        ["no method file methods/nowhere.py"],
    ),
    "everything switched off": (
        yaml.safe_dump(
            {
                "studies": dict.fromkeys(read_yaml(DEFAULT)["studies"]),
                "figures": dict.fromkeys(read_yaml(DEFAULT)["figures"]),
                "tracking": None,
            }
        ),
        "studies",
        ["every study is switched off"],
    ),
    # texts that could do harm as a path or in a shell
    "path as a study": (
        'studies: {"../../etc": {}}',
        "studies.../../etc",
        ["only text of the form"],
    ),
    "command as a study": (
        'studies: {"a; rm -rf x": {}}',
        "studies.a; rm -rf x",
        ["only text of the form"],
    ),
    "path as a label": (
        study('methods: {"../../etc": {}}'),
        f"{IMBALANCE}.methods.../../etc",
        ["only text of the form"],
    ),
    "path as a method": (
        entry('method: "../../etc/passwd"'),
        f"{MINE}.method",
        ["only text of the form", "given:   '../../etc/passwd'"],
    ),
    "a whole book": (f"seed: {'x' * 100_000}", "seed", ["..."]),
}
