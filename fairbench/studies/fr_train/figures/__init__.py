"""Figures of the FR-Train paper."""
