"""Training of many small models at once: one loop, and a faster twin for the built-in networks."""
