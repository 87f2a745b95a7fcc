"""Networks from files."""

import numpy as np
import pytest

from fairbench.certify.readers import read_nnet

TEXT = """// a comment
2,2,1,3,
2,3,1,
0,
0,0,
9,1,
5,0.5,0,
2,3,1,
1,-2,
0.5,0,
-1e-1,3
1,
2,
-3,
1,1,-2
0.25,
"""


def test_raw_inputs_go_in_as_they_are(tmp_path):
    path = tmp_path / "small.nnet"
    path.write_text(TEXT)
    network = read_nnet(path)
    assert network.hidden == (3,) and network.output == "sigmoid"
    rows = np.array([[4.0, 1.0]])
    hidden = np.maximum([4 - 2 + 1, 2 + 2, -0.4 + 3 - 3], 0)
    assert network.logit(rows) == pytest.approx(hidden @ [1, 1, -2] + 0.25)
    assert read_nnet(path, "linear")(rows) == network.logit(rows)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\n0.5,0,", "\n0.5,", "line 10: 1 numbers, the weights of a unit of layer 0 are 2"),
        ("0.25,\n", "", "ends where the bias of a unit of layer 1"),
        ("-3,", "minus,", "line 14: the bias of a unit of layer 0 are not numbers: 'minus'"),
        ("2,3,1,\n0", "2,3,\n0", "line 3: 2 numbers, the sizes of all layers are 3"),
    ],
)
def test_a_damaged_file_is_named_by_line(tmp_path, old, new, message):
    path = tmp_path / "bad.nnet"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(ValueError, match=message):
        read_nnet(path)
