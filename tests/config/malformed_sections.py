"""More configs that cannot be right: sections beside the studies, contradictions, hostile texts."""

REPRESENTATIONS = "representations"


def representations(text: str) -> str:
    return f"representations: {{{text}}}"


def mine(text: str) -> str:
    return representations(f"methods: {{mine: {{{text}}}}}")


def space(text: str) -> str:
    return representations(f"search: {{space: {{{text}}}}}")


METHOD = f"{REPRESENTATIONS}.methods.mine"
SPACE = f"{REPRESENTATIONS}.search.space"
DATASET = "studies.imbalance.dataset"

#: overlay, key named, and what else the message says
OF_REPRESENTATIONS = {
    "key of the study": (
        representations("outer_fold: 3"),
        f"{REPRESENTATIONS}.outer_fold",
        ["unknown key", "nearest: outer_folds"],
    ),
    "a list of data sets": ("representations: [compas]", REPRESENTATIONS, ["keys and their"]),
    "method of the study": (
        representations("methods: {binary_mii: {}}"),
        f"{REPRESENTATIONS}.methods.binary_mii",
        ["unknown method", "nearest: binary_mi"],
    ),
    "parameter of the study": (
        mine("method: binary_mi, parameters: {hiden_units: 3}"),
        f"{METHOD}.parameters.hiden_units",
        ["unknown key", "nearest: hidden_units"],
    ),
    "no method file of the study": (
        mine("file: no.py"),
        f"{METHOD}.file",
        ["no method file no.py"],
    ),
    "data set of the study": (
        representations("datasets: {mine: {dataset: compass}}"),
        f"{REPRESENTATIONS}.datasets.mine.dataset",
        ["no data set 'compass'", "compas"],
    ),
    "drawn data in the study": (
        representations("datasets: {mine: {dataset: imbalance}}"),
        f"{REPRESENTATIONS}.datasets.mine.dataset",
        [
            "a real data set is needed",
            "allowed: adult, bank, boston, communities_crime, compas, crowd_adult, crowd_compas,"
            " german",
        ],
    ),
    "profile of the study": (
        representations("datasets: {compas: {profile: raw7124}}"),
        f"{REPRESENTATIONS}.datasets.compas.profile",
        ["no such profile", "nearest: raw7214"],
    ),
    "every data set off": (
        representations("datasets: {compas: null, adult: null, bank: null}, sweep: null"),
        f"{REPRESENTATIONS}.datasets",
        ["all datasets are switched off"],
    ),
    "one fold": (representations("outer_folds: 1"), f"{REPRESENTATIONS}.outer_folds", ["2"]),
    "words for trees": (
        representations("probe_trees: lots"),
        f"{REPRESENTATIONS}.probe_trees",
        ["given:   'lots'", "integer"],
    ),
    "three ends of gamma": (space("gamma: [0.1, 0.2, 0.3]"), f"{SPACE}.gamma", ["at most 2"]),
    "gamma from high to low": (space("gamma: [0.9, 0.1]"), SPACE, ["0.9 exceeds the largest 0.1"]),
    "two lengths": (
        representations("schedule: {iterations: 10, epochs: 10}"),
        f"{REPRESENTATIONS}.schedule",
        ["either iterations or epochs"],
    ),
    "sum of weights of the study": (
        representations("methods: {fr_train: {lambda_r: 0.2}}"),
        f"{REPRESENTATIONS}.methods.fr_train.lambda_r",
        ["gamma + lambda_r must stay below 1", "0.95"],
    ),
    "a method without probabilities": (
        representations("methods: {group_thresholds: {}}"),
        f"{REPRESENTATIONS}.methods.group_thresholds",
        ["post-processing", "allowed: adv_cls"],
    ),
    "a method without a representation": (
        representations("methods: {fairness_constraints: {}}"),
        f"{REPRESENTATIONS}.methods.fairness_constraints",
        ["learns no representation", "allowed: adv_cls"],
    ),
    "method of the sweep": (
        representations("sweep: {methods: {binary_mii: {}}}"),
        f"{REPRESENTATIONS}.sweep.methods",
        ["no method with this label", "nearest: binary_mi"],
    ),
    "data of the sweep": (
        representations("sweep: {dataset: nowhere}"),
        f"{REPRESENTATIONS}.sweep.dataset",
        ["allowed: compas, adult, bank"],
    ),
    "gamma beyond 1": (
        representations("sweep: {gamma: [0.1, 2, 0.3]}"),
        f"{REPRESENTATIONS}.sweep.gamma.1",
        ["given:   2"],
    ),
    "path as a data set of the study": (
        representations('datasets: {"../../etc": {}}'),
        f"{REPRESENTATIONS}.datasets.../../etc",
        ["only text of the form"],
    ),
    "command as a method of the study": (
        mine('method: "; rm -rf x"'),
        f"{METHOD}.method",
        ["only text of the form"],
    ),
}

OF_FILES_AND_LIMITS = {
    "data outside": ("data: {folder: a/../../b}", "data.folder", ["must not leave"]),
    "data in a folder of the system": ("data: {folder: /etc}", "data.folder", ["given:   '/etc'"]),
    "command as a folder": ('data: {folder: "a; rm -rf x"}', "data.folder", ["only text of"]),
    "data among the results": ("data: {folder: results/data}", "data.folder", ["side by side"]),
    "no mirror": ("data: {mirror: no/such}", "data.mirror", ["no such folder"]),
    "key of data": (
        "data: {miror: x}",
        "data.miror",
        ["allowed: folder, mirror", "nearest: mirror"],
    ),
    "no time": ("resources: {fit_minutes: 0}", "resources.fit_minutes", ["greater than 0"]),
    "time without end": ("resources: {fit_minutes: .inf}", "resources.fit_minutes", ["finite"]),
    "time with a unit": ("resources: {fit_minutes: 4 h}", "resources.fit_minutes", ["number"]),
    "device": ("resources: {device: gpu}", "resources.device", ["allowed: cpu, cuda"]),
    "a word that YAML reads as true": ("seed: yes", "seed", ["given:   True", "a number"]),
    "date for a number": ("seed: 2023-01-01", "seed", ["datetime.date(2023, 1, 1)"]),
    "more than a seed holds": ("seed: 99999999999999999999", "seed", ["less than"]),
    "tracking what is not trained": (
        "studies: {tradeoff_clean: {methods: {constant: {}}}}\n"
        "tracking: {alignment: {label: constant}}",
        "tracking.alignment.label",
        ["it has no training to track"],
    ),
    "tracked study": (
        "tracking: {alignment: {study: tradeof_clean}}",
        "tracking.alignment.study",
        ["no such study", "nearest: tradeoff_clean"],
    ),
    "warm-up beyond the end": (
        "studies: {imbalance: {budget: {iterations: 5, warm_up: 9, generator_rate: 0.1}}}",
        "studies.imbalance.budget",
        ["warm_up 9 exceeds iterations 5"],
    ),
    "infinite rate": (
        "studies: {imbalance: {budget: {iterations: 5, generator_rate: .inf}}}",
        "studies.imbalance.budget.generator_rate",
        ["finite"],
    ),
    "number as a study": ("studies: {5: {}}", "studies.5", ["string"]),
    "faults without number": (
        "\n".join(
            f"{key}: x" for key in ("seed", "bootstrap", "limit_draws", "tracking", "figures")
        )
        + "\nresources: {threads: x, memory_mb: x, runtime_minutes: x, fit_minutes: x, device: x}",
        "seed",
        ["... and at least 4 more"],
    ),
}

HOSTILE = {
    "path as a data set": (
        'studies: {imbalance: {dataset: "../../etc/passwd"}}',
        DATASET,
        ["no such data set", "allowed: published"],
    ),
    "path as an entry": (
        'studies: {mine: {dataset: "../../etc/no.yaml", lambda_f: [0.1], methods: {fr_train: {}}}}',
        "studies.mine.dataset",
        ["../../etc/no.yaml", "cannot be read"],
    ),
    "end of a text in a name": (
        'studies: {imbalance: {dataset: "a\\0b.yaml"}}',
        DATASET,
        ["given:   'a\\x00b.yaml'"],
    ),
    "wildcard in a name": ('studies: {imbalance: {dataset: "{data}.yaml"}}', DATASET, ["braces"]),
    "colours of the terminal": (
        'studies: {imbalance: {dataset: "\\e[2J\\e[31m"}}',
        DATASET,
        ["given:   '\\x1b[2J\\x1b[31m'"],
    ),
    "end of a text in a file's name": (
        'studies: {imbalance: {methods: {mine: {file: "a\\0.py"}}}}',
        "studies.imbalance.methods.mine.file",
        ["no method file a\\x00.py"],
    ),
    "text from right to left": (
        'studies: {imbalance: {methods: {"fr\\u202etrain": {}}}}',
        "studies.imbalance.methods.fr\\u202etrain",
        ["only text of the form"],
    ),
    "command as results": ('results: "$(touch x)"', "results", ["only text of the form"]),
    "wildcard as results": ('results: "re{fit}sults"', "results", ["only text of the form"]),
    "two lines as results": ('results: "a\\nb"', "results", ["given:   'a\\nb'"]),
    "a title without end": (
        f"figures: {{fig8: [{{study: tradeoff_clean, title: {'x' * 5000}}}]}}",
        "figures.fig8.0.title",
        ["at most 80 characters", "..."],
    ),
}
