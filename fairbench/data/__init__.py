"""Data sets: draws, real data, splits and label poisoning.

The draw functions return labels in the released coding -1/+1, so that they can be compared with
the released arrays bit by bit. A data set file (`drawn.build`), and everything after it, has labels
and groups as 0/1. Real data are in `fairbench.data.real`.
"""
