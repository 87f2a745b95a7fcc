"""What a predictor is shown: every feature, or every feature but the sensitive attribute."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from fairbench.methods.shared.base import Method


def build_networks(
    method: Method, weights: dict[str, list], *, seeds: Sequence[int], **kind
) -> dict[str, torch.nn.Module]:
    """The networks of a method, whose generator is shown what `sees_sensitive` says.

    Wherever such a generator is called, in the loop, in a method's own loss, in a trace or for a
    prediction, it finds a constant 0 in the place of the sensitive attribute, and so learns
    nothing there. Its layers keep their sizes: it starts from the same weights as with the
    attribute, and comparisons of the two stay paired. What a method calls by itself, such as a
    discriminator or VFAE's decoder, gets what the method gives it.

    Parameters
    ----------
    weights, seeds, **kind
        As for `Method.build`.
    """
    networks = method.build(weights, seeds=seeds, **kind)
    if not method.parameters.sees_sensitive:
        hide = partial(_hide_sensitive, columns=method.groups - 1)
        networks["generator"].register_forward_pre_hook(hide)
    return networks


def _hide_sensitive(
    network: torch.nn.Module, inputs: tuple[Tensor, ...], *, columns: int
) -> tuple[Tensor, ...]:
    features, *others = inputs  # (models, rows, width)
    hidden = torch.zeros_like(features[..., -columns:])
    return torch.cat([features[..., :-columns], hidden], -1), *others
