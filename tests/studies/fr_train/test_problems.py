"""What is wrong with the study is said at the key that its author wrote."""

import copy

import pytest
import yaml

from fairbench.config.check import ConfigError, check
from tests.workflow.conftest import REPOSITORY

DEFAULT = yaml.safe_load((REPOSITORY / "config" / "config.yaml").read_text())


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("clean", "budget"), "clan", "fr_train.clean.budget"),
        (
            ("readings", "compas_6172", "poisoned", "lambda_f"),
            [0.5, 0.7],
            "fr_train.readings.compas_6172.poisoned.lambda_f",
        ),
        (
            ("readings", "synthetic", "attack"),
            {"group": 2},
            "fr_train.readings.synthetic.attack.group",
        ),
        (("readings", "adult_margin", "profile"), "original_test", "are those of a file"),
        (
            ("methods", "fairness_constraints", "parameters"),
            {"generator_hidden_units": 4},
            "must be 0: this method solves for a linear predictor",
        ),
        (("methods", "fr_train", "variant"), "printed", "fr_train.methods.fr_train.variant"),
    ],
)
def test_a_complaint_names_the_key_of_this_section(keys, value, said):
    config = copy.deepcopy(DEFAULT)
    *parents, last = keys
    place = config["fr_train"]
    for key in parents:
        place = place[key]
    place[last] = value
    with pytest.raises(ConfigError) as refused:
        check(config, [])
    assert said in str(refused.value)
