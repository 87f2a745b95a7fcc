"""Figures are the same files whoever draws them."""

import matplotlib

from fairbench.plotting.style import save
from fairbench.studies.imbalance.figures.theory import figure_6


def test_two_runs_write_the_same_bytes_whatever_the_users_settings(
    tmp_path, selected, published_rows, imbalance
):
    for folder, size in (("first", 8), ("second", 20)):
        with matplotlib.rc_context({"font.size": size, "figure.dpi": 5 * size}):
            for name, drawn in (
                ("fig6", figure_6()),
                ("fig9", imbalance("fig9", selected, published_rows)),
            ):
                save(drawn.figure, tmp_path / folder / name, drawn.caption)
    written = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert written == [f"{n}.{suffix}" for n in ("fig6", "fig9") for suffix in ("md", "pdf", "png")]
    for name in written:
        content = (tmp_path / "first" / name).read_bytes()
        assert content == (tmp_path / "second" / name).read_bytes()
    assert b"CIDFontType2" in (tmp_path / "first" / "fig6.pdf").read_bytes()
    assert (tmp_path / "first" / "fig9.md").read_text().startswith("FR-Train under label imbalance")
