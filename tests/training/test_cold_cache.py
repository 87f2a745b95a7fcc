"""The compiled loop gives the same bits just compiled, from its file, and run by numba."""

import os
import subprocess
import sys

PROGRAM = """
import hashlib
import sys
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
    initial = [draw_initial(method.networks(3), 1, generator="numpy")]
    models = [Model(0, 0.4, 0.1, 1)]
    [outcome] = fast.train_models(method, data, models, initial, budget, every=1)
    print(name, hashlib.sha256(outcome.trace.tobytes()).hexdigest())
print("numba" in sys.modules)
"""


#: Nothing can be kept, as with a numba that passes arguments in another way than is known.
BY_NUMBA = """
from fairbench.training.compiled import machine_code
machine_code._kept = lambda file: None
"""


def trained(folder, before=""):
    """What the program says with compiled code kept in a folder."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    given = {"env": environment, "capture_output": True, "text": True, "check": True}
    said = subprocess.run([sys.executable, "-c", before + PROGRAM], **given).stdout
    assert len(said.split()) == 5
    return said.split()


def test_compiled_and_kept_code_and_numba_give_the_same_bits(tmp_path):
    first = trained(tmp_path)
    [file] = tmp_path.glob("*.o")
    assert first[-1] == "False"  # numba was imported by another process, to compile
    assert trained(tmp_path) == first
    file.write_bytes(file.read_bytes()[:-100])  # as a full disk would leave it
    assert trained(tmp_path) == first
    assert trained(tmp_path, BY_NUMBA) == [*first[:-1], "True"]
