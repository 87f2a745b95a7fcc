"""fairbench: fair and robust classifiers under label imbalance and data poisoning, measured.

Importing the package is light; its rooms are imported where they are used, because the workflow
reads the configuration while it parses.
"""

__version__ = "0.1.0"
