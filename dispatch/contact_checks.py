"""Whether a name, an address or a number is one: asked here by everything that keeps one."""

import unicodedata
from typing import Final

from dispatch.errors import WrongEmail, WrongName, WrongPhone
from records.staff import Contact
from runtime.addresses import has_marks, mail_address, phone_number

NAME_LIMIT: Final = 80


def checked_contact(contact: Contact) -> Contact:
    """As it is kept. Raises WrongName, WrongEmail, WrongPhone."""
    return Contact(
        checked_name(contact.name), checked_email(contact.email), checked_phone(contact.phone)
    )


def checked_name(given: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", given).split())
    if has_marks(name):
        raise WrongName("name: holds a mark that does not show: type it by hand")
    if not 1 <= len(name) <= NAME_LIMIT or not any(sign.isalnum() for sign in name):
        raise WrongName(f"name: expected 1 to {NAME_LIMIT} characters, a letter among them")
    return name


def checked_email(given: str) -> str:
    try:
        return mail_address(given)
    except ValueError as refused:
        raise WrongEmail(f"email: {refused}") from None


def checked_phone(given: str) -> str:
    """A number as gateways take it; nothing stays nothing."""
    if not given.strip():
        return ""
    try:
        return phone_number(given)
    except ValueError as refused:
        raise WrongPhone(f"phone: {refused}") from None
