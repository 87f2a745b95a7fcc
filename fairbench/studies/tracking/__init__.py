"""Runs measured along their training: what losses of discriminators stand for, how steady it is."""
