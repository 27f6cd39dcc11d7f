"""What an address or a telephone number may look like, for members and for the service itself.

Checked by rule alone: no name is asked of the net. A refusal (ValueError) says what is expected and
never what was given.
"""

import re
import unicodedata
from typing import Final

import email_validator
import idna
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# An association may use a name of its own network, and demonstrations use `.invalid`.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORM: Final = "expected an address like ecoute@example.org"
_SEVERAL: Final = re.compile(r"[,;\s]")
_WITH_NAME: Final = re.compile(r'(?:[^<>,;"]*|\s*"[^<>"]*"\s*)<([^<>]+)>')
_PHONE_FORM: Final = "expected one number like 06 12 34 56 78 or +33612345678"
# Figures with what people write between them; a second number behind a slash is no such thing.
_PHONE: Final = re.compile(r"\+?[\d\s().-]+")
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
# A number without its country is of metropolitan France, or else of overseas.
_REGIONS: Final = ("FR", "RE", "GP", "MQ", "GF", "YT")
_REACHABLE: Final = frozenset(
    {
        PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP, PhoneNumberType.PERSONAL_NUMBER,
    }
)  # fmt: skip


def has_marks(text: str) -> bool:
    """Control and direction marks, half characters, line ends: nothing that shows."""
    return any(unicodedata.category(sign) in _UNSEEN for sign in text)


def mail_address(given: str) -> str:
    """One address, composed (NFC), its domain in small letters."""
    address = given.strip()
    if has_marks(address):
        raise ValueError(f"holds a mark that does not show: type it by hand; {_FORM}")
    if _SEVERAL.search(address) or address.count("@") > 1:
        raise ValueError(f"one address, without a comma or a space; {_FORM}")
    if not address.rpartition("@")[0].isascii():
        raise ValueError(f"no accent before the @: many mail servers refuse it; {_FORM}")
    try:
        found = email_validator.validate_email(
            address, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except email_validator.EmailNotValidError:
        raise ValueError(_FORM) from None
    return found.normalized


def sender_address(given: str) -> str:
    """An address, or a name and an address: `Point Écoute <ecoute@example.org>`."""
    written = given.strip()
    if has_marks(written):
        raise ValueError(f"holds a mark that does not show: type it by hand; {_FORM}")
    found = _WITH_NAME.fullmatch(written)
    if found is None:
        return mail_address(written)
    return f"{written[: found.start(1)]}{mail_address(found[1])}>"


def phone_number(given: str) -> str:
    """A number as gateways take it (E.164); one without its country is French."""
    written = unicodedata.normalize("NFKC", given).strip().translate(_DASHES)
    if not _PHONE.fullmatch(written):
        raise ValueError(_PHONE_FORM)
    for region in _REGIONS:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            break
        if phonenumbers.is_valid_number(number):
            if phonenumbers.number_type(number) not in _REACHABLE:
                raise ValueError(f"no special number: {_PHONE_FORM}")
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    raise ValueError(_PHONE_FORM)


def ascii_domain(address: str) -> str:
    """The address with its domain as the net knows it; what stands before the @ stays."""
    local, at, rest = address.rpartition("@")
    domain = rest.rstrip("> ")
    return f"{local}{at}{ascii_host(domain)}{rest[len(domain) :]}" if at else address


def ascii_host(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host  # an address in figures, or no name of the net: who resolves it will say so


def shown_domain(address: str) -> str:
    """The address with its domain as people write it."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.decode(domain, uts46=True)}"
    except idna.IDNAError:
        return address
