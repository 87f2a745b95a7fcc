"""Stacked networks: many models of one shape side by side, the leading axis of every tensor.

Methods build them (`Method.build`) and the one loop trains them. Every parameter has the model
axis first, so that one model can be cut out of a trained stack.
"""
