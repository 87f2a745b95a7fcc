"""A job that trains by the compiled loop loads none of the libraries that take long to import."""

import json
import subprocess
import sys

from fairbench.base.call import Call
from fairbench.data.steps import draw
from fairbench.store.tables import read_table

PROGRAM = """
import json, sys
from pathlib import Path
from fairbench.base.call import Call
from fairbench.studies.grid.steps import train

data, made, spec = sys.argv[1:]
train(Call(json.loads(spec), {"data": (Path(data),)}, {"fits": Path(made)}))
print(*sorted({"pandas", "torch", "numba", "scipy", "sklearn"} & set(sys.modules)))
"""


def test_training_imports_no_heavy_library(tmp_path):
    about = {"dataset": "published", "parameters": {}, "trials": [0], "seed": 1, "poisoning": None}
    data, made = tmp_path / "data.parquet", tmp_path / "fits.parquet"
    draw(Call(about, outputs={"table": data}))
    spec = {"method": "fr_train", "file": None, "data": [about], "parameters": {}}
    spec |= {"budget": {"iterations": 20, "generator_rate": 0.01}, "engine": "auto"}
    spec |= {"lambda_f": [0.1, 0.2], "lambda_r": [0.1]}
    words = [sys.executable, "-c", PROGRAM, str(data), str(made), json.dumps(spec)]
    for _ in range(2):  # the first may have to compile
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert said.split() == []
    fits, _ = read_table(made, kind="fits")
    assert list(fits["engine"]) == ["fast", "fast"] and list(fits["cell"]) == [0, 0]
