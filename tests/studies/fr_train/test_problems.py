"""What is wrong with the study is said at the key that its author wrote."""

import copy

import pytest
import yaml

from fairbench.config.check import ConfigError, check
from fairbench.plan.plan import Plan
from fairbench.studies.fr_train.section import FRTrainStudy, parts
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
        (
            ("methods", "learning_to_reweight_crowd_1", "readings"),
            ["compas_7214", "compas_6172"],
            "a crowd saw rows of other data than these",
        ),
        (("methods", "fr_train", "variant"), "printed", "fr_train.methods.fr_train.variant"),
        (("methods", "fr_train", "readings"), ["elsewhere"], "no reading elsewhere; there are"),
        (("readings", "compas_6172", "profile"), "nobodys", "no such profile"),
        (
            ("methods", "fr_train", "parameters"),
            {"reweighting": "on"},
            "fr_train.methods.fr_train.parameters.reweighting",
        ),
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


def test_methods_with_a_crowds_rows_are_a_grid_of_their_own():
    study = FRTrainStudy.model_validate(DEFAULT["fr_train"])
    every = {part.name: part for part in parts(study)}
    own, crowd = every["compas_7214_poisoned"], every["compas_7214_poisoned_crowd_11"]
    assert set(crowd.study.methods) == {"fr_train_crowd_11", "learning_to_reweight_crowd_11"}
    assert not set(crowd.study.methods) & set(own.study.methods)
    assert crowd.study.poisoning == own.study.poisoning is not None
    assert not any(part.training == "clean" for part in every.values() if "crowd" in part.name)

    jobs = [job for job in Plan(check(DEFAULT, [])).jobs if job.step.endswith(":crowd_rows")]
    assert len({job.name for job in jobs}) == len(jobs) == 8
    assert {name for job in jobs for name in job.inputs} == {
        "data",
        "crowd_people",
        "crowd_answers",
        "crowd_data",
    }
