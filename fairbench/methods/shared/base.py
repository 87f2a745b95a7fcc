"""What a method is: its parameters, its networks, and the terms of its objective.

The training loop (`fairbench.training.loop`) owns everything else. For every method it minimises

    (1 - lambda_f - lambda_r) * cross_entropy + lambda_f * fairness + lambda_r * robustness

over the generator, after one step of each discriminator on its own loss. A method therefore
says only what `fairness` and `robustness` are; both get smaller as the model gets better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from fairbench.methods.shared.losses import cross_entropy, outputs_for
from fairbench.methods.shared.space import Choice, Range

if TYPE_CHECKING:
    from torch import Tensor


class MethodParameters(BaseModel):
    """What every method may be told; each method adds its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    generator_hidden_units: int = Field(
        0,
        ge=0,
        le=1024,
        description="hidden units of the generator; 0 is a linear one (FR-Train A.4)",
    )
    warm_up_scale: float = Field(
        1.0, gt=0, description="factor on the warm-up loss (0.1 in the released poisoned notebook)"
    )
    sees_sensitive: bool = Field(
        True,
        description="whether the predictor is shown the sensitive attribute; discriminators, "
        "decoders and group thresholds are shown what their definition says",
    )
    precision: Literal["single", "double"] = Field(
        "single", description="floating-point precision of the reference path"
    )


@dataclass(frozen=True)
class Batch:
    """The data of a batch of models, the leading axis of every tensor.

    Attributes
    ----------
    features : Tensor, shape (models, rows, width)
        The sensitive attribute comes last: one 0/1 column, or of more than two groups a column for
        each but the first. A generator that is called with them sees these columns only if the
        method's `sees_sensitive` says so.
    sensitive : Tensor, shape (models, rows)
        Groups, 0 to `Method.groups` - 1.
    y : Tensor, shape (models, rows)
        The training label, 0 to `Method.classes` - 1: poisoned where the study poisons.
    clean_features, clean_y : Tensor, shape (models, clean rows[, width])
        The clean validation rows that the robustness discriminator compares with.
    """

    features: Tensor
    sensitive: Tensor
    y: Tensor
    clean_features: Tensor
    clean_y: Tensor


class Method:
    """Logistic regression, and the base of every other method."""

    name: ClassVar[str] = ""
    Parameters: ClassVar[type[MethodParameters]] = MethodParameters
    #: variant -> budget preset ("clean", "poisoned" or "*" for any) -> parameters it sets
    variants: ClassVar[dict[str, dict[str, dict]]] = {}
    #: whether lambda_f (lambda_r) has any effect; methods without one are fitted once
    uses_lambda_f: ClassVar[bool] = True
    uses_lambda_r: ClassVar[bool] = False
    #: whether what lambda_f weighs is a matter of groups, and so nothing where all are in one
    about_groups: ClassVar[bool] = True
    #: "trained" by the loop, "solved" by itself (`SolvedMethod`), or "none": it has no weights
    fitting: ClassVar[Literal["trained", "solved", "none"]] = "trained"
    #: what decides in place of the sign of the logit, see `fairbench.training.postprocess`
    postprocess: ClassVar[Literal["", "constant", "group_thresholds"]] = ""
    #: splits whose labels it learns from; the selection rows choose among its fits in any case
    fitted_on: tuple[str, ...] = ("train",)
    #: "fixed" is N(0, 0.2) as released with FR-Train, "he" N(0, sqrt(2 / inputs)) for deep networks
    initial_weights: ClassVar[Literal["fixed", "he"]] = "fixed"
    discriminator_optimizer: ClassVar[Literal["SGD", "Adam"]] = "SGD"
    #: whether the discriminators learn in warm-up and the rest after it, each without the other
    discriminators_first: ClassVar[bool] = False
    #: whether the generator is more than a perceptron's layers, or its inside is asked for
    keeps_network: ClassVar[bool] = False
    #: what a search chooses besides what all methods share: parameters of its own, learning rates
    searched: ClassVar[Mapping[str, Range | Choice]] = {}
    #: files of the package, besides the method's own, that say what it computes
    modules: ClassVar[tuple[str, ...]] = ("networks/mlp",)

    #: whether it is about images and has no estimator of tables
    images_only: ClassVar[bool] = False
    #: whether it can do with more than two groups; a class says so for itself and does not inherit
    #: it, as what a subclass adds may be written for two
    any_groups: ClassVar[bool] = False
    #: the same of more than two classes of the label
    any_classes: ClassVar[bool] = False
    #: how many groups and classes the data have, see `for_data`
    groups: int = 2
    classes: int = 2

    #: kernel of the compiled loop that trains this very class; a subclass changes the objective
    kernel: ClassVar[Literal["", "none", "discriminator", "mutual_information"]] = ""
    #: whether the kernel knows these parameters
    kernel_applies: bool = True

    def __init__(self, parameters: MethodParameters | None = None):
        self.parameters = self.Parameters() if parameters is None else parameters

    @classmethod
    def knows_any_groups(cls) -> bool:
        """Whether this very class says that it can do with more than two groups."""
        return vars(cls).get("any_groups", False)

    @classmethod
    def knows_any_classes(cls) -> bool:
        """Whether this very class says that it can do with more than two classes."""
        return vars(cls).get("any_classes", False)

    @classmethod
    def own_kernel(cls) -> str:
        """The kernel that this very class declares: what it inherits computes another loss."""
        return vars(cls).get("kernel", "")

    def for_data(self, groups: int = 2, classes: int = 2) -> Self:
        """The same method, told how many groups and classes the data have.

        Raises
        ------
        ValueError
            If there are more than two of what the method knows two of.
        """
        if groups > 2 and not self.knows_any_groups():
            raise ValueError(f"{self.name} knows two groups and the data have {groups}")
        if classes > 2 and not self.knows_any_classes():
            raise ValueError(f"{self.name} knows two classes and the data have {classes}")
        told = copy(self)
        told.groups, told.classes = groups, classes
        return told

    @property
    def uses_clean_rows(self) -> bool:
        """Whether it learns from rows whose labels are clean in a poisoned study too."""
        return not {"clean", "selection"}.isdisjoint(self.fitted_on)

    @property
    def needs_sensitive_at_test(self) -> bool:
        """Whether a prediction needs the group of the one it is about."""
        return self.parameters.sees_sensitive

    def networks(self, width: int) -> dict[str, tuple]:
        """Layer sizes of each network, in the order in which their weights are drawn.

        ``(width, hidden, 1)``, or inputs and outputs of each layer where one does not take what the
        one before gives, as with convolutions: ``((27, 16), (144, 32))``.

        Networks whose name ends in ``_discriminator`` learn from `discriminator_losses`, all
        others from the objective.
        """
        hidden, last = self.parameters.generator_hidden_units, outputs_for(self.classes)
        return {"generator": (width, hidden, last) if hidden else (width, last)}

    def build(self, weights: dict[str, list], *, seeds: Sequence[int], **kind) -> dict:
        """Networks from their stacked initial weights.

        Parameters
        ----------
        weights : dict of lists of array, shape (models, out, in)
            By the names of `networks`, one array a layer.
        seeds : sequence of int, shape (models,)
            Seeds of what a stochastic network draws while it trains.
        **kind
            ``dtype`` and ``device``.

        Returns
        -------
        dict of str to torch.nn.Module
            One of them ``generator``, whose call gives the logits: (models, rows) of two classes,
            (models, rows, C) of C.
        """
        from fairbench.networks.mlp import StackedMLP  # torch, when there is something to train

        return {name: StackedMLP(layers, **kind) for name, layers in weights.items()}

    def begin(self, networks, lower: Tensor, upper: Tensor) -> None:
        """Be told once, before the first iteration, the range of the training rows.

        `lower` and `upper` have shape (models, 1, width). A loss that is asked for without it, as
        along a trace, does without.
        """

    def discriminator_losses(self, networks, batch: Batch, logit: Tensor) -> dict[str, Tensor]:
        """Loss of each discriminator, by network name.

        `logit` carries no gradient; it is None in the warm-up of `discriminators_first`.
        """
        return {}

    def example_weights(self, networks, batch: Batch, logit: Tensor, ratio: Tensor):
        """New example weights, or None for none; `ratio` is generator over D_R loss."""
        return None

    def objective(self, networks, batch: Batch, logit: Tensor, weight) -> dict[str, Tensor]:
        """The named terms of the generator's objective, each of shape (models,)."""
        terms = {"cross_entropy": cross_entropy(logit, batch.y, weight)}
        fairness = self.fairness(networks, batch, logit, weight)
        robustness = self.robustness(networks, batch, logit)
        if fairness is not None:
            terms["fairness"] = fairness
        if robustness is not None:
            terms["robustness"] = robustness
        return terms

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor | None:
        """What lambda_f weighs: smaller is fairer. None where the method has no such term."""
        return None

    def robustness(self, networks, batch: Batch, logit: Tensor) -> Tensor | None:
        """What lambda_r weighs: smaller is more robust. None where there is no such term."""
        return None
