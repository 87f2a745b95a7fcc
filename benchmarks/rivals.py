"""The iterative rivals of FR-Train against the loop that one would write first, in one run.

    python benchmarks/rivals.py [--rows 5000]

COMPAS-sized data, ten knobs. The plain loops are torch with autograd, a model after the other, for
as many steps as ours: the meta step of learning to reweight by a second backward pass through a
virtual step, adversarial debiasing with two optimizers, FR-Train for equalized odds by the same
reference loop with one model in its stack. Both sides are told the number of steps; ours trains for
all of them, the plain loops for a tenth, times ten.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import torch

from fairbench import methods
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split
from fairbench.training.reference import train_models
from fairbench.training.solved import solve_models

KNOBS = np.round(np.linspace(0.05, 0.5, 10), 2)
DIVISIONS = 20
SHARE = 10  # of the plain loops' steps that are run


def data(rows: int, seed: int) -> Split:
    """Eleven indicators and a group that the label depends on."""
    generator = np.random.default_rng(seed)
    z = generator.integers(0, 2, rows)
    x = (generator.random((rows, 11)) < 0.3 + 0.2 * z[:, None]).astype(np.float32)
    y = x @ np.linspace(-1, 1, 11) + 0.5 * z + generator.logistic(size=rows) > 0.2
    features = np.c_[x, z].astype(np.float32)
    return Split(features, z.astype(np.float32), y.astype(np.float32))


def plain_reweighting(train: Split, clean: Split, steps: int, batch: int, hidden: int = 0) -> None:
    """Ren et al. as published: weights are minus the gradient at 0 of the loss after a step."""
    x, y, cx, cy = map(torch.from_numpy, (train.features, train.y, clean.features, clean.y))
    width = x.shape[1]
    at = [torch.zeros(hidden or width), torch.zeros(())]
    if hidden:
        at = [torch.randn(hidden), at[1], torch.randn(width, hidden), torch.zeros(hidden)]
    at = [part.requires_grad_() for part in at]
    loss = torch.nn.functional.binary_cross_entropy_with_logits

    def logit(rows, where):
        if hidden:
            rows = torch.nn.functional.leaky_relu(rows @ where[2] + where[3], 0.2)
        return rows @ where[0] + where[1]

    for step in range(steps):
        rows = torch.randint(len(y), (batch,), generator=torch.Generator().manual_seed(step))
        epsilon = torch.zeros(batch, requires_grad=True)
        each = loss(logit(x[rows], at), y[rows], reduction="none")
        slopes = torch.autograd.grad((epsilon * each).sum(), at, create_graph=True)
        moved = [p - 0.1 * g for p, g in zip(at, slopes, strict=True)]
        (by,) = torch.autograd.grad(loss(logit(cx, moved), cy), epsilon)
        weight = (-by).clamp(min=0)
        weight = weight / weight.sum().clamp(min=1e-12)
        each = loss(logit(x[rows], at), y[rows], reduction="none")
        slopes = torch.autograd.grad((weight * each).sum(), at)
        with torch.no_grad():
            for part, slope in zip(at, slopes, strict=True):
                part -= 0.1 * slope


def plain_debiasing(train: Split, knob: float, steps: int, batch: int) -> None:
    """Zhang et al. with two optimizers of torch and the projection."""
    x, y, z = map(torch.from_numpy, (train.features, train.y, train.sensitive))
    predictor, adversary = torch.nn.Linear(x.shape[1], 1), torch.nn.Linear(1, 1)
    optimizers = [torch.optim.Adam(net.parameters(), lr=0.01) for net in (predictor, adversary)]
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    for step in range(steps):
        rows = torch.randint(len(y), (batch,), generator=torch.Generator().manual_seed(step))
        logit = predictor(x[rows])
        own = loss(logit[:, 0], y[rows])
        guess = loss(adversary(torch.sigmoid(logit))[:, 0], z[rows])
        weights = list(predictor.parameters())
        labels = torch.autograd.grad(own, weights, retain_graph=True)
        group = torch.autograd.grad(guess, weights, retain_graph=True)
        flat = torch.cat([g.flatten() for g in group])
        along = sum((a * b).sum() for a, b in zip(labels, group, strict=True)) / (flat @ flat)
        for p, a, b in zip(weights, labels, group, strict=True):
            p.grad = a - along * b - knob * b
        optimizers[0].step()
        for p, g in zip(
            adversary.parameters(),
            torch.autograd.grad(guess, list(adversary.parameters())),
            strict=True,
        ):
            p.grad = g
        optimizers[1].step()


def seconds(run) -> float:
    """Processor seconds of a second call: what torch does once for a process is nobody's."""
    run()
    start = time.process_time()
    run()
    return time.process_time() - start


def stacked(method, parts, budget: Budget, knobs) -> None:
    models = [Model(0, float(knob), 0.1, 1) for knob in knobs]
    drawn = {"generator": "numpy", "weights": method.initial_weights}
    networks = method.networks(parts[0].features.shape[1])
    initial = [draw_initial(networks, model.seed, **drawn) for model in models]
    train_models(method, {0: parts}, models, initial, budget)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5000)
    rows = parser.parse_args().rows
    torch.set_num_threads(1)
    train, clean = data(rows, 0), data(rows // 20, 1)
    models = [Model(0, float(knob), 0.0, 1) for knob in KNOBS]

    def ours(name: str, **parameters):
        kind = methods.find(name)
        method = kind(kind.Parameters(**parameters))
        some = models if method.uses_lambda_f else models[:1]
        return seconds(lambda: solve_models(method, {0: (train, clean)}, some))

    steps, batch = 40 * (rows // 100), 100
    plain = SHARE * seconds(lambda: plain_reweighting(train, clean, steps // SHARE, batch))
    report("learning to reweight, 1 model", ours("learning_to_reweight"), plain)

    kind = methods.find("learning_to_reweight")
    deep = kind(kind.Parameters(generator_hidden_units=16))
    several = {trial: (train, clean) for trial in range(DIVISIONS)}
    some = [Model(trial, 0.0, 0.0, trial) for trial in several]
    together = seconds(lambda: solve_models(deep, several, some))
    plain = SHARE * seconds(lambda: plain_reweighting(train, clean, steps // SHARE, batch, 16))
    words = f"learning to reweight, a hidden layer, {DIVISIONS} data sets"
    report(words, together, plain * DIVISIONS)

    steps, batch = 100 * (rows // 200), 200
    one = SHARE * seconds(lambda: plain_debiasing(train, 1.0, steps // SHARE, batch))
    report("adversarial debiasing, 10 knobs", ours("adversarial_debiasing"), one * len(KNOBS))

    kind = methods.find("fr_train")
    method = kind(kind.Parameters(criterion="equalized_odds", robust_gradient="on"))
    rates = {"generator_rate": 0.003, "fairness_rate": 0.01, "robustness_rate": 0.01}
    budget = Budget(iterations=1000, batch_size=512, warm_up=100, update_ratio=3, **rates)
    short = Budget(iterations=100, batch_size=512, warm_up=10, update_ratio=3, **rates)
    parts = train, clean
    together = seconds(lambda: stacked(method, parts, budget, KNOBS))
    alone = SHARE * seconds(lambda: [stacked(method, parts, short, [k]) for k in KNOBS])
    report("FR-Train, equalized odds, 10 knobs", together, alone)


def report(what: str, ours: float, plain: float) -> None:
    print(f"{what}: {ours:.2f} s, plain loop {plain:.2f} s, {plain / ours:.1f} times as fast")


if __name__ == "__main__":
    main()
