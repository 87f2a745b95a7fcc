"""What a command says instead of a traceback."""

__all__ = ["Foreseen"]


class Foreseen(Exception):
    """Something that was to be expected went wrong; the message is all that its reader needs."""
