"""One page of everything a study found, to be opened offline: `fairbench.report.page.write`."""
