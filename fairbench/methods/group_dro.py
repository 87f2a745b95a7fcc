"""Group DRO: the worst group's loss, by weights that follow the losses (Sagawa et al., ICLR 2020).

Groups are the cells of a label and a sensitive group. A cell's weight is multiplied by
exp(step * loss) in every iteration and weights are normalised (Algorithm 1); cells that a batch has
no row of keep theirs. It is told the group of every training row, which rivals that find the bias
by themselves are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.images import ImageMethod, ImageParameters
from fairbench.methods.shared.losses import members, row_cross_entropy

if TYPE_CHECKING:
    from torch import Tensor


class GroupDROParameters(ImageParameters):
    step: float = Field(0.01, gt=0, description="step of the cells' weights")


class GroupDRO(ImageMethod):
    name = "group_dro"
    any_groups = any_classes = True
    uses_lambda_f = False
    Parameters = GroupDROParameters

    def begin(self, networks, lower: Tensor, upper: Tensor) -> None:
        networks["generator"].cell_weights = None

    def objective(self, networks, batch: Batch, logit: Tensor, weight) -> dict[str, Tensor]:
        loss = row_cross_entropy(logit, batch.y)
        loss = loss if weight is None else loss * weight
        cell = members(batch.y * self.groups + batch.sensitive, self.classes * self.groups)
        mean = (loss[:, None] @ cell)[:, 0] / cell.sum(1).clamp(min=1)  # (models, cells)
        generator = networks["generator"]
        before = getattr(generator, "cell_weights", None)
        raised = (self.parameters.step * mean.detach()).exp()
        raised = raised if before is None else before * raised
        generator.cell_weights = raised / raised.sum(-1, keepdim=True)
        return {"cross_entropy": (generator.cell_weights * mean).sum(-1)}
