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
        (("boston", "dataset"), "german", "individual.boston"),
        (("boston", "epsilons"), [0.3, 0.1], "values must rise"),
        (("boston", "dataset"), "examples/applicants.yaml", "individual.boston.profile"),
        (("others", "networks"), ["AC-13"], "no such network"),
        (("networks", "curves"), {"nobody": 0}, "curves names nobody"),
        (("networks", "methods", "pgd", "parameters"), {"penalty": "pdg"}, "networks.methods.pgd"),
        (("networks", "data", "adult", "profile"), "nobodys", "networks.data.adult.profile"),
        (("networks", "budget"), "clan", "individual.networks.budget"),
        (("networks", "lambda_f"), [1.5], "individual.networks.lambda_f"),
    ],
)
def test_a_complaint_names_the_key_of_this_section(keys, value, said):
    config = copy.deepcopy(DEFAULT)
    *parents, last = keys
    place = config["individual"]
    for key in parents:
        place = place.setdefault(key, {})
    place[last] = value
    with pytest.raises(ConfigError) as refused:
        check(config, [])
    assert said in str(refused.value)
