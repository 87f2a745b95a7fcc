"""The compiled loop gives the same bits when it has just been compiled as from its cache."""

import os
import subprocess
import sys

PROGRAM = """
import hashlib
import numpy as np
from fairbench.methods import find
from fairbench.training.compiled import fast
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split

generator = np.random.default_rng(0)

def rows(count):
    features = generator.standard_normal((count, 3)).astype(np.float32)
    features[:, 2] = sensitive = (features[:, 0] > 0).astype(np.float32)
    return Split(features, sensitive, (features[:, 1] > 0).astype(np.float32))

data = {0: (rows(700), rows(150))}
budget = Budget(iterations=200, warm_up=40, update_ratio=3, generator_rate=0.01)
for name in ("fr_train", "naive_mi"):
    method = find(name)()
    initial = [draw_initial(method.networks(3), 1, generator="torch")]
    models = [Model(0, 0.4, 0.1, 1)]
    [outcome] = fast.train_models(method, data, models, initial, budget, every=1)
    print(name, hashlib.sha256(outcome.trace.tobytes()).hexdigest())
"""


def test_compiled_and_cached_code_give_the_same_bits(tmp_path):
    found = []
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(ended.stdout)
    assert any(tmp_path.rglob("*.nbc"))
    assert len(found[0].split()) == 4 and found[0] == found[1]
