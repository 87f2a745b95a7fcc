"""What a page says, for the tests."""

import json
from html.parser import HTMLParser


class Elements(HTMLParser):
    """Start tags with their attributes, the text of scripts, and all other text."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.scripts: list[tuple[dict, str]] = []
        self.text, self._raw = "", False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._raw = tag in ("script", "style")
        if tag == "script":
            self.scripts.append((dict(attributes), ""))

    def handle_endtag(self, tag):
        self._raw = False

    def handle_data(self, data):
        if not self._raw:
            self.text += data
        elif self.tags[-1][0] == "script":
            attributes, before = self.scripts[-1]
            self.scripts[-1] = attributes, before + data

    @property
    def names(self) -> set[str]:
        """The ids of the elements."""
        return {given["id"] for _, given in self.tags if "id" in given}

    def named(self, name: str) -> list[dict]:
        return [attributes for tag, attributes in self.tags if tag == name]


def json_of(page: str, name: str) -> dict:
    """The interactive plot of a page with a name."""
    _, _, rest = page.partition(f'data-name="{name}">')
    return json.loads(rest.partition("</script>")[0])


def points_of(page: str, name: str) -> dict[str, dict]:
    """The fits in an interactive plot of one cell, by method."""
    (cell,) = json_of(page, name)["cells"]
    return {trace["meta"]: trace for trace in cell["traces"] if trace["mode"] == "markers"}
