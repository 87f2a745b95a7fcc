"""The fast engine: the training of one built-in model as one compiled loop."""
