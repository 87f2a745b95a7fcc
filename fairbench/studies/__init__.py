"""What knows a paper, one room a kind of study: its config, jobs, verdicts, answers and figures."""
