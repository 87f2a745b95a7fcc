"""How far a study is: its jobs, what became of each, what failed and why, and how long is left."""
