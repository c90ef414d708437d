"""Guesses."""


def guesses(text: str) -> tuple[str, ...]:
    """None yet."""
    return ()
