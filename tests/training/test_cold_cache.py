"""The compiled loop gives the same bits just compiled, from its file, and run by numba."""

import os
import subprocess
import sys

from fairbench.training.compiled import machine_code

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


#: Instead of compiling, which takes long, the code that was kept before is written.
KEPT_AGAIN = """
import pathlib, re, sys
from fairbench.training.compiled import machine_code

class Compiler:
    def run(self, call, check):
        assert call[0] == sys.executable and "import keep; keep(" in call[-1]
        file = re.search("'(.*)'", call[-1])[1]
        pathlib.Path(file).write_bytes(pathlib.Path({kept!r}).read_bytes())

machine_code.subprocess = Compiler()
"""

#: Nothing can be kept, as with a numba that passes arguments in another way than is known.
BY_NUMBA = """
from fairbench.training.compiled import machine_code
machine_code._kept = machine_code._made = lambda file: None
"""


def trained(before="", **variables):
    """What the program says."""
    given = {"env": os.environ | variables, "capture_output": True, "text": True, "check": True}
    said = subprocess.run([sys.executable, "-c", before + PROGRAM], **given).stdout
    assert len(said.split()) == 5
    return said.split()


def test_compiled_and_kept_code_and_numba_give_the_same_bits(tmp_path):
    """The first are compiled just now wherever something that decides the code has changed."""
    first = trained()
    assert first[-1] == "False"  # numba was imported by another process, to compile
    kept = machine_code._folder() / f"{machine_code._key()}.o"
    again, code = KEPT_AGAIN.format(kept=str(kept)), kept.read_bytes()
    assert trained(again, NUMBA_CACHE_DIR=str(tmp_path)) == first
    [file] = tmp_path.glob("*.o")
    assert file.read_bytes() == code
    file.write_bytes(code[:-100])  # as a full disk would leave it
    assert trained(again, NUMBA_CACHE_DIR=str(tmp_path)) == first
    assert file.read_bytes() == code
    assert trained(BY_NUMBA) == [*first[:-1], "True"]


ASKED = """
import pathlib, sys, time
from fairbench.training.compiled import machine_code

class Compiler:
    def run(self, call, check):
        print("compiled", flush=True)
        time.sleep(0.5)
        file.write_bytes(machine_code.hashlib.sha256(b"code").digest() + b"code")

file = pathlib.Path(sys.argv[1])
machine_code.subprocess = Compiler()
assert machine_code._made(file) == b"code"
"""


def test_jobs_that_begin_at_once_compile_once(tmp_path):
    call = [sys.executable, "-c", ASKED, str(tmp_path / "a" / "code.o")]
    jobs = [subprocess.Popen(call, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert "".join(job.communicate()[0] for job in jobs) == "compiled\n"
    assert [job.returncode for job in jobs] == [0, 0]
