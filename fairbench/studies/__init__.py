"""Study kinds, one folder each; `fairbench.studies.registry` lists them.

Nothing is imported here: a job of one kind would pay for all of them.
"""
