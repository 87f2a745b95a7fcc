"""Time and memory of the nearest-neighbour estimator, against a plain dense computation.

    python benchmarks/knn_cmi.py [--largest N] [--updates N]

Prints three tables: the three terms that the audit of FR-Train needs, ours and dense; our growth
with the number of samples; the tracker along a simulated run. Set the number of cores outside, for
example with ``taskset -c 0``; ours uses one.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from scipy.special import digamma

from fairbench.data.published import published_draw
from fairbench.information import ConditionalTracker, knn_cmi

K = 8
CLEAN_SHARE = 0.1
"""Share of rows marked as clean ones (V = 1), as in the published audit."""


def variables(n: int) -> dict[str, np.ndarray]:
    """Features X, group Z, source V and decision Yhat of n rows; published rows, then repeated.

    Repeated rows are moved by noise, so that the tables do not measure ties that real data lack.
    """
    drawn = published_draw()
    rng = np.random.default_rng(0)
    rows = np.arange(n) % len(drawn)
    features = drawn[["x1", "x2"]].to_numpy()[rows]
    features[len(drawn) :] += rng.normal(scale=0.5, size=features[len(drawn) :].shape)
    decision = (features.sum(axis=1) + rng.normal(size=n) > 0).astype(float)
    source = (np.arange(n) >= (1 - CLEAN_SHARE) * n).astype(float)
    group = drawn["sensitive"].to_numpy()[rows].astype(float)
    return {"X": features, "Z": group, "V": source, "Yhat": decision}


def terms(n: int) -> dict[str, tuple[np.ndarray, ...]]:
    """The arguments of the three terms."""
    v = variables(n)
    return {
        "I(X;V)": (v["X"], v["V"]),
        "I(Z;V|X)": (v["Z"], v["V"], v["X"]),
        "I(Yhat;V|X,Z)": (v["Yhat"], v["V"], np.column_stack([v["X"], v["Z"]])),
    }


def dense_cmi(x: np.ndarray, y: np.ndarray, z: np.ndarray | None = None) -> float:
    """The estimate from one n by n distance matrix a column, all of them kept: memory p n^2."""
    groups = [x, y] if z is None else [x, y, z]
    columns = [c for g in groups for c in np.reshape(g, (len(g), -1)).T]
    distances = np.stack([np.abs(c[:, None] - c[None, :]) for c in columns])
    sizes = [1 if g.ndim == 1 else g.shape[1] for g in groups]
    d_x, d_y, *d_z = (d.max(axis=0) for d in np.split(distances, np.cumsum(sizes)[:-1]))
    joint = distances.max(axis=0)
    n = len(joint)
    rho = np.sort(joint, axis=1)[:, K : K + 1]  # position 0 is the sample itself

    def psi(distance: np.ndarray) -> np.ndarray:
        return digamma((distance <= rho).sum(axis=1) - 1)

    if z is None:
        return float(np.mean(psi(joint) + digamma(n) - psi(d_x) - psi(d_y)))
    xz, yz = np.maximum(d_x, d_z[0]), np.maximum(d_y, d_z[0])
    return float(np.mean(psi(joint) - psi(xz) - psi(yz) + psi(d_z[0])))


def milliseconds(call: Callable[[], object], repetitions: int) -> float:
    """Median wall time of a call; it is called once before, which also compiles."""
    call()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def peak_mebibytes(call: Callable[[], object]) -> float:
    """Most memory that a call held at once, but the compiled loops' own few numbers (k + cells)."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def compare_with_dense() -> None:
    """First table."""
    print(f"One estimate, k = {K}\n")
    print(f"{'term':<15}{'n':>6}{'dense ms':>10}{'ours ms':>9}{'ratio':>7}{'difference':>12}")
    for n in (500, 1000, 2000):
        for name, arguments in terms(n).items():
            dense = milliseconds(lambda a=arguments: dense_cmi(*a), 3)
            ours = milliseconds(lambda a=arguments: knn_cmi(*a, k=K), 15)
            difference = abs(knn_cmi(*arguments, k=K, clip=False) - dense_cmi(*arguments))
            row = f"{dense:>10.1f}{ours:>9.2f}{dense / ours:>7.0f}{difference:>12.0e}"
            print(f"{name:<15}{n:>6}{row}")


def show_growth(largest: int) -> None:
    """Second table."""
    print("\nI(Yhat;V|X,Z), growth with n\n")
    print(f"{'n':>6}{'ms':>9}{'us a row':>10}{'peak MiB':>10}{'bytes a row':>13}")
    for n in (2000, 5000, 10000, 20000, 50000):
        if n > largest:
            break
        arguments = terms(n)["I(Yhat;V|X,Z)"]
        ms = milliseconds(lambda a=arguments: knn_cmi(*a, k=K), 3)
        peak = peak_mebibytes(lambda a=arguments: knn_cmi(*a, k=K))
        print(f"{n:>6}{ms:>9.1f}{1e3 * ms / n:>10.2f}{peak:>10.1f}{peak * 2**20 / n:>13.0f}")


def follow_a_run(updates: int) -> None:
    """Third table: 1 to 5 of 2,000 decisions flip at every update, those nearest to the border."""
    yhat, v, given = terms(2000)["I(Yhat;V|X,Z)"]
    rng = np.random.default_rng(1)
    border = np.argsort(np.abs(given[:, :2].sum(axis=1)))[:400]
    ConditionalTracker(v, given, k=K).update(yhat)  # compiles
    start = time.perf_counter()
    tracker = ConditionalTracker(v, given, k=K)
    built = time.perf_counter() - start
    spent, worst = 0.0, 0.0
    for update in range(updates):
        rows = rng.choice(border, rng.integers(1, 6), replace=False)
        yhat[rows] = 1 - yhat[rows]
        start = time.perf_counter()
        value = tracker.update(yhat)
        spent += time.perf_counter() - start
        if update % 100 == 0:
            worst = max(worst, abs(value - knn_cmi(yhat, v, given, k=K, clip=False)))
    print(f"\nTracker, n = 2000: built in {built:.2f} s, {updates} updates in {spent:.2f} s")
    print(f"({1e3 * spent / updates:.3f} ms each), largest difference {worst:.0e}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=50000, help="largest n of the second table")
    parser.add_argument("--updates", type=int, default=10000, help="updates of the tracker")
    options = parser.parse_args()
    compare_with_dense()
    show_growth(options.largest)
    follow_a_run(options.updates)


if __name__ == "__main__":
    main()
