"""From fits to verdicts: selection, intervals, comparisons. Knows no paper."""
