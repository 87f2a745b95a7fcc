"""All that knows a paper, one room a kind of study; `fairbench.studies.registry` lists them.

Nothing is imported here: a job of one kind would pay for all of them.
"""
