"""The look that all figures share, and their files."""

import matplotlib

from fairbench.plotting.style import method_looks, save
from fairbench.studies.imbalance.figures.theory import figure_6


def test_methods_look_the_same_in_every_figure_and_apart_in_one():
    few, many = method_looks(["naive_mi"]), method_looks(["b", "naive_mi", "a", "fr_train"])
    assert few["naive_mi"] == many["naive_mi"] and many["fr_train"].name == "FR-Train"
    assert len({(look.colour, look.marker) for look in many.values()}) == 4


def test_two_runs_write_the_same_bytes_whatever_the_users_settings(
    tmp_path, selected, published_rows, imbalance
):
    for folder, size in (("first", 8), ("second", 20)):
        with matplotlib.rc_context({"font.size": size, "figure.dpi": 5 * size}):
            for name, drawn in (
                ("fig6", figure_6()),
                ("fig9", imbalance("fig9", selected, published_rows, title="Title")),
            ):
                save(drawn.figure, tmp_path / folder / name, drawn.caption)
    written = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert written == [f"{n}.{suffix}" for n in ("fig6", "fig9") for suffix in ("md", "pdf", "png")]
    for name in written:
        content = (tmp_path / "first" / name).read_bytes()
        assert content == (tmp_path / "second" / name).read_bytes()
    assert b"CIDFontType2" in (tmp_path / "first" / "fig6.pdf").read_bytes()
    assert (tmp_path / "first" / "fig9.md").read_text().startswith("Title. ")
