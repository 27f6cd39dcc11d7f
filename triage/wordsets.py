"""Sets of words, written as people read them."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for constants that would else be a column of quotes."""
    return frozenset(text.split())
