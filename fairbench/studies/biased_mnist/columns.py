"""What the tables of the Biased-MNIST study hold of a fit."""

from fairbench.data.biased_mnist import TESTS

#: Splits whose accuracy is measured; those of `TESTS` are reported, the others chosen by.
MEASURED = ("selection", "unbiased_selection", *TESTS)
#: What the penultimate layer knows about the colour. In nats: of a binary one the sum over neurons
#: and the estimate for the whole code, of any what a regression finds in held-out rows. And how
#: often a forest is right.
INSIDE = ("information_sum", "information_joint", "information_found", "probe_accuracy")
#: Columns of the table of cells, besides those of a setting.
CELL = ("digit", "colour", "rows", "correct")
