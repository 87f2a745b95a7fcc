"""What differs on another machine, and by how much: python benchmarks/portability.py

The same work is done again in new processes, each with something of this machine switched off:
the second thread, the vector instructions that numba, torch or numpy would choose. Prints the
tables of docs/reproducibility.md for the machine that it runs on; about ten minutes.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

METHODS = ("logistic_regression", "adversarial", "fr_train", "naive_mi", "normalized_mi")
TRIALS, LAMBDA_F, LAMBDA_R = (0, 1, 2), (0.1, 0.4, 0.7), 0.1
CELL = {"positive_rate": 0.3, "group_coefficient": 1.0}
SEED = 2023

# The groups of instructions among which numpy 2.4 chooses; its floor is SSE4.2.
_NUMPY_AVX2 = "X86_V4 AVX512_ICL AVX512_SPR"
_NUMBA_AVX2 = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma,+bmi,+bmi2"}
_TORCH_AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"} | {
    "MKL_CBWR": "AVX2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
}
_NUMBA_PLAIN = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
_TORCH_PLAIN = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"} | {
    "MKL_CBWR": "COMPATIBLE"
}
_NUMPY_PLAIN = {
    "NPY_DISABLE_CPU_FEATURES": f"{_NUMPY_AVX2} X86_V3",
    "OPENBLAS_CORETYPE": "Prescott",
}
CASES: dict[str, dict[str, str]] = {
    "the same again": {},
    "2 threads": {"THREADS": "2"},
    "numba without vector extensions": _NUMBA_PLAIN,
    "torch without vector extensions": _TORCH_PLAIN,
    "numpy and BLAS without vector extensions": _NUMPY_PLAIN,
    "all as on a processor with AVX2": _NUMBA_AVX2
    | _TORCH_AVX2
    | {"NPY_DISABLE_CPU_FEATURES": _NUMPY_AVX2, "OPENBLAS_CORETYPE": "Haswell"},
    "all without vector extensions": _NUMBA_PLAIN | _TORCH_PLAIN | _NUMPY_PLAIN,
}


def drawn() -> dict[str, np.ndarray]:
    """Data sets, poisoned labels and initial weights."""
    from fairbench.data.drawn import build
    from fairbench.data.poisoning import flip_labels
    from fairbench.methods import find
    from fairbench.training.initial import draw_initial

    numbers = ["x1", "x2", "sensitive", "y"]
    found = {}
    for name, parameters in (("published", {}), ("imbalance", CELL), ("independent", CELL)):
        frame = build(name, parameters, TRIALS, SEED)
        found[f"data: {name}"] = frame[numbers].to_numpy(float)
        flipped = flip_labels(frame, rule="margin", rate=0.1, group=1, seed=SEED)
        found[f"poisoned: {name}"] = flipped["y"].to_numpy(float)
    method = find("fr_train")
    sizes = method(method.Parameters()).networks(3)
    for generator in ("numpy", "torch"):
        weights = [draw_initial(sizes, seed, generator=generator) for seed in range(10)]
        layers = itertools.chain.from_iterable(itertools.chain(*w.values()) for w in weights)
        found[f"initial: {generator}"] = np.concatenate([layer.ravel() for layer in layers])
    return found


def measured() -> dict[str, np.ndarray]:
    """The accuracy limit, and the nearest-neighbour estimator on mixed variables."""
    from fairbench.data.limit import accuracy_limit
    from fairbench.information import knn_cmi

    rng = np.random.default_rng(SEED)
    estimates = []
    for _ in range(5):
        z = rng.random(2000) < 0.4
        y = rng.normal(size=2000) + z
        x = np.column_stack([y + rng.normal(size=2000), rng.normal(size=2000)])
        estimates += [knn_cmi(x, z, k=8), knn_cmi(x, y, k=8), knn_cmi(x, y, z, k=8)]
    limit = accuracy_limit(**CELL, seed=SEED, draws=200_000)
    return {"limit": limit.to_numpy(float), "knn": np.array(estimates)}


def fitted(engine: str, threads: int) -> dict[str, np.ndarray]:
    """Weights of trained models, their test metrics, and the model selected of each grid."""
    from fairbench.data.drawn import build
    from fairbench.methods import find
    from fairbench.metrics import decisions as metrics
    from fairbench.training.budget import BUDGETS
    from fairbench.training.compiled import fast
    from fairbench.training.initial import draw_initial
    from fairbench.training.models import Model, split_rows

    if engine == "reference":
        from fairbench.training import reference
    train = fast.train_models if engine == "fast" else reference.train_models
    parts = split_rows(build("independent", CELL | {"rows": {"test": 5000}}, TRIALS, SEED))
    data = {trial: (splits["train"], splits["clean"]) for trial, splits in parts.items()}
    weights, values, chosen = [], [], []
    for name in METHODS:
        kind = find(name)
        method = kind(kind.Parameters())
        models = [Model(t, f, LAMBDA_R, 100 + t) for t in TRIALS for f in LAMBDA_F]
        sizes = method.networks(3)
        initial = [draw_initial(sizes, model.seed, generator="numpy") for model in models]
        outcomes = train(method, data, models, initial, BUDGETS["clean"], threads=threads)
        scores = []
        for model, outcome in zip(models, outcomes, strict=True):
            assert not outcome.error, outcome.error
            weights += [
                np.concatenate([part.ravel() for part in layer]) for layer in outcome.layers
            ]
            for split in ("selection", "test"):
                rows = parts[model.trial][split]
                prediction = outcome.logit(rows.features) > 0
                found = metrics.describe(rows.y, prediction, sensitive=rows.sensitive)
                pair = [found["accuracy"], found["disparate_impact"]]
                (scores if split == "selection" else values).append(pair)
        grid = np.sum(scores, axis=1).reshape(len(TRIALS), len(LAMBDA_F))
        chosen.append(grid.argmax(axis=1))
    accuracy, impact = np.array(values).T
    named = {"weights": np.array(weights), "accuracy": accuracy, "impact": impact}
    named["chosen"] = np.concatenate(chosen)
    return {f"{engine}: {name}": value for name, value in named.items()}


def in_effect() -> str:
    """What the libraries say that they use, to see that a setting was heeded."""
    import numba
    import threadpoolctl
    import torch
    from numpy._core._multiarray_umath import __cpu_features__ as features

    blas = {pool.get("architecture") for pool in threadpoolctl.threadpool_info()} - {None}
    # The groups, not AVX512F and the like: those stay true of the processor when switched off.
    vector = [name for name in ("AVX512_ICL", "X86_V4", "X86_V3", "X86_V2") if features[name]]
    return (
        f"numba {numba.config.CPU_NAME or 'host'}; "
        f"torch {torch.backends.cpu.get_cpu_capability()}; "
        f"numpy {vector[0]}; BLAS {', '.join(sorted(blas))}"
    )


def work(output: Path) -> None:
    """All of it, in this process."""
    threads = int(os.environ.get("THREADS", "1"))
    found = drawn() | measured() | fitted("fast", threads) | fitted("reference", threads)
    np.savez(output, in_effect=np.array(in_effect()), **found)


def results(settings: Mapping[str, str], folder: Path) -> dict[str, np.ndarray]:
    """All of it, in a new process with these settings."""
    threads = settings.get("THREADS", "1")
    counts = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    # Threads that wait by spinning take for ever where others use the machine too.
    counts["OMP_WAIT_POLICY"] = "passive"
    # Compiled code is kept by numba per processor; a folder of its own makes sure of it.
    environment = os.environ | counts | settings | {"NUMBA_CACHE_DIR": str(folder / "numba")}
    output = folder / "found.npz"
    call = [sys.executable, __file__, "--work", str(output)]
    subprocess.run(call, env=environment, check=True)
    with np.load(output) as found:
        return dict(found)


def difference(name: str, found: Mapping, known: Mapping) -> str:
    """The largest difference, in words: ``same`` is to the last bit."""
    ours, theirs = found[name], known[name]
    if name.startswith("poisoned") or name.endswith("chosen"):
        count = int((ours != theirs).sum())
        return f"{count} of {ours.size}" if count else "same"
    if ours.tobytes() == theirs.tobytes():
        return "same"
    return f"{np.nanmax(np.abs(ours.astype(float) - theirs)):.0e}"


def table(heads: Mapping[str, str], found: Mapping[str, Mapping], known: Mapping) -> str:
    """A Markdown table: a row for each case, a column for each quantity."""
    lines = ["| | " + " | ".join(heads.values()) + " |", "|---" * (len(heads) + 1) + "|"]
    for case, values in found.items():
        cells = [difference(name, values, known) for name in heads]
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return "\n".join(lines)


def report(known: Mapping, found: Mapping[str, Mapping], say: Callable[[str], None]) -> None:
    """Print both tables and what was in effect."""
    kinds = ("published", "imbalance", "independent")
    heads = {f"data: {kind}": f"data, {kind}" for kind in kinds}
    heads |= {f"poisoned: {kind}": f"labels flipped, {kind}" for kind in kinds}
    heads |= {f"initial: {kind}": f"initial weights, {kind}" for kind in ("numpy", "torch")}
    say(table(heads | {"limit": "accuracy limit", "knn": "kNN information"}, found, known))
    words = {"weights": "weights", "accuracy": "accuracy", "impact": "DI", "chosen": "selections"}
    heads = {f"{e}: {n}": f"{e}, {w}" for e in ("fast", "reference") for n, w in words.items()}
    say("")
    say(table(heads, found, known))
    say("")
    for case, values in ({"one thread, nothing switched off": known} | dict(found)).items():
        say(f"{case}: {values['in_effect']}")
    apart = {"fast: " + name: known["reference: " + name] for name in words}
    gaps = [f"{word} {difference('fast: ' + n, known, apart)}" for n, word in words.items()]
    say(f"between the engines: {', '.join(gaps)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    output = parser.parse_args().work
    if output:
        work(output)
        return
    if platform.machine() not in ("x86_64", "AMD64"):
        sys.exit("the settings are those of x86-64 processors")
    found = {}
    for case, settings in {"known": {}, **CASES}.items():
        print(f"{case} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            found[case] = results(settings, Path(folder))
    report(found.pop("known"), found, print)


if __name__ == "__main__":
    main()
