"""What staff write fits its box: the same number on the page and here."""

from typing import Final

from dispatch.errors import EmptyText, TextTooLong

LONGEST_TEXT: Final = 20_000


def refuse_unfit(text: str) -> None:
    """Raise EmptyText or TextTooLong; counted as browsers count, an emoji being two."""
    if not text.strip():
        raise EmptyText
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_TEXT:
        raise TextTooLong
