"""FR-Train (Roh, Lee, Whang and Suh, ICML 2020): generator against D_F and D_R."""

from __future__ import annotations

from fairbench.methods.adversarial import AdversarialParameters, FairnessDiscriminator
from fairbench.methods.shared.robust import RobustMethod, RobustParameters


class FRTrainParameters(RobustParameters, AdversarialParameters):
    pass


class FRTrain(FairnessDiscriminator, RobustMethod):
    name = "fr_train"
    any_groups = True
    Parameters = FRTrainParameters
    variants = {
        # what the published numbers used
        "released": {
            "clean": {"reweighting": "released", "robust_gradient": "off", "warm_up_scale": 1.0},
            "poisoned": {"reweighting": "released", "robust_gradient": "on", "warm_up_scale": 0.1},
        },
        # what the text says
        "paper": {
            "*": {
                "reweighting": "paper",
                "robust_gradient": "on",
                "freeze_fairness_in_warm_up": True,
            }
        },
    }
    kernel = "discriminator"
