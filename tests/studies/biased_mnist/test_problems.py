"""What is wrong with a Biased-MNIST study is said before any job, in one message each."""

import pytest
import yaml

from fairbench.config.check import ConfigError
from fairbench.plan.plan import Plan
from fairbench.planning.complaint import read_yaml
from tests.config.overlays import DEFAULT, checked

TWO = """
from fairbench.methods.shared.images import ImageMethod

class Two(ImageMethod):
    name = "two"
    any_groups, any_classes = {}
"""


def config(tmp_path, study: dict):
    return checked(tmp_path, yaml.safe_dump({"biased_mnist": study}))


@pytest.mark.parametrize(
    ("study", "key", "said"),
    [
        ({"correlations": [0.99, 1.2]}, "correlations.1", ["less than or equal to 1", "1.2"]),
        ({"correlations": [-0.1]}, "correlations.0", ["greater than or equal to 0"]),
        ({"correlations": [0.9, 0.9]}, "correlations", ["given twice: 0.9"]),
        (
            {"rows": {"train": 58_000}},
            "rows.train",
            ["62,100 training, clean and selection rows are asked for, of 60,000 images"],
        ),
        ({"rows": {"test": 10_001}}, "rows.test", ["10,001 test rows", "of 10,000 images"]),
        ({"network": "poolde"}, "network", ["allowed: pooled, rebias", "nearest: pooled"]),
        (
            {"methods": {"plain": {"parameters": {"network": "poold"}}}},
            "methods.plain.parameters.network",
            ["nearest: pooled"],
        ),
        (
            {"methods": {"vfae": {}}},
            "methods.vfae",
            ["cannot be a network of convolutions", "rebias"],
        ),
        ({"methods": {"rubbi": {}}}, "methods.rubbi", ["unknown method", "nearest: rubi"]),
        (
            {"methods": {"rubi": {"variant": "papr"}}},
            "methods.rubi.variant",
            ["unknown variant", "nearest: paper"],
        ),
        (
            {"methods": {"binary_mi": {"lambda_f": [0.2, 1.0]}}},
            "methods.binary_mi.lambda_f",
            ["must stay below 1"],
        ),
        (
            {"hidden_layers": 0, "methods": {"binary_mi": {}}},
            "methods.binary",
            ["hidden_layers 0 leaves no layer to be binary"],
        ),
        ({"schedule": {"epochs": 0}}, "schedule.epochs", ["greater than or equal to 1"]),
    ],
)
def test_a_wrong_study_is_refused_in_one_message(tmp_path, study, key, said):
    with pytest.raises(ConfigError) as refusal:
        config(tmp_path, study)
    message = " ".join(str(refusal.value).split())
    assert f"overlay.yaml: biased_mnist.{key}" in message
    assert [part for part in said if part not in message] == [], message


@pytest.mark.parametrize(
    ("says", "what"), [("False, True", "knows two groups"), ("True, False", "knows two classes")]
)
def test_a_method_for_two_groups_or_two_classes_is_refused(tmp_path, says, what):
    file = tmp_path / "two.py"
    file.write_text(TWO.format(says))
    with pytest.raises(ConfigError, match=what):
        config(tmp_path, {"methods": {"two": {"file": str(file)}}})


def test_the_default_study_has_its_fits_and_a_full_one_fits_into_mnist(tmp_path):
    plan = Plan(config(tmp_path, {}))
    jobs = plan.of("biased_mnist_train")
    study = plan.config.biased_mnist
    assert len(jobs) == 2 * study.trials * len(study.entries())
    mixture = next(job for job in jobs if job.spec["label"] == "learned_mixin")
    rubi = next(job for job in jobs if job.spec["label"] == "rubi")
    # The second network of the mixture learns first, the predictor as long as all others.
    assert mixture.iterations - mixture.spec["budget"]["warm_up"] == rubi.iterations
    assert mixture.spec["parameters"]["own_layer"] == "trained"
    full = read_yaml(DEFAULT.with_name("biased_mnist_full.yaml"))
    assert config(tmp_path, full["biased_mnist"]).biased_mnist.network == "rebias"


def test_downloads_are_verified_and_drawn_once_a_trial(tmp_path):
    plan = Plan(config(tmp_path, {}))
    files = [job for job in plan.jobs if job.rule == "download" and job.what == "mnist"]
    assert len(files) == 4
    drawn = [job for job in plan.jobs if job.step == "fairbench.data.steps:colour"]
    assert len(drawn) == 2 * plan.config.biased_mnist.trials
    assert all(set(job.inputs["files"]) == {file.first for file in files} for job in drawn)
