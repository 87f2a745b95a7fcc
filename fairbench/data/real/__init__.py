"""Real data sets: each is one declarative entry, from its download to the encoded frame.

`entry` says what an entry may hold and is light enough to be imported while Snakemake parses;
`download` gets and verifies files; `load` reads a profile's table; `encode` splits, scales and
encodes it. Nothing is imported here, so that each costs only itself.
"""
