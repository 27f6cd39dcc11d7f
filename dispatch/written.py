"""What is written fits its box: the same number on the page and here."""

from typing import Final

from dispatch.errors import EmptyText, TextTooLong

LONGEST_TEXT: Final = 20_000


def box_length(text: str) -> int:
    """As a browser counts what stands in a box: an emoji is two, a line's end one."""
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2


def refuse_unfit(text: str) -> None:
    """Raise EmptyText or TextTooLong."""
    if not text.strip():
        raise EmptyText
    if box_length(text) > LONGEST_TEXT:
        raise TextTooLong
