"""What is an address, a sender and a telephone number, and what is none."""

import pytest

from runtime.addresses import mail_address, phone_number, sender_address


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Anne@Equipe.INVALID ", "Anne@equipe.invalid"),
        ("anne@Équipe.fr", "anne@équipe.fr"),
        ("anne@E\u0301quipe.fr", "anne@équipe.fr"),
        ("anne@xn--quipe-9ra.fr", "anne@équipe.fr"),
        ("anne+astreinte@association.local", "anne+astreinte@association.local"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_one_address_is_kept_in_one_form(given: str, kept: str):
    assert mail_address(given) == kept


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "expected an address"),
        ("anne", "expected an address"),
        ("anne@", "expected an address"),
        ("@example.org", "expected an address"),
        ("anne@localhost", "expected an address"),
        ("anne@example..org", "expected an address"),
        ("anne.@example.org", "expected an address"),
        ("anne@-example.org", "expected an address"),
        ("anne@[192.0.2.1]", "expected an address"),
        ("anne@192.0.2.1", "expected an address"),
        ("<anne@example.org>", "expected an address"),
        ('"anne"@example.org', "expected an address"),
        (f"{'a' * 65}@example.org", "expected an address"),
        (f"anne@{'a' * 64}.org", "expected an address"),
        (f"anne@{'abcd.' * 60}org", "expected an address"),
        ("anne@example.org,bob@example.org", "one address"),
        ("anne@example.org; bob@example.org", "one address"),
        ("anne@example.org bob@example.org", "one address"),
        ("anne martin@example.org", "one address"),
        ("anne@example.org@example.org", "one address"),
        ("prénom@example.org", "no accent"),
        ("anne@exam\u200bple.org", "does not show"),
        ("\u202eanne@example.org", "does not show"),
        ("anne@example.org\u200e", "does not show"),
        ("an\u00adne@example.org", "does not show"),
        ("anne@example.org\r\nBcc: bob@example.org", "does not show"),
        ("anne\x00@example.org", "does not show"),
        ("anne\udce9@example.org", "does not show"),
    ],
)
def test_what_is_no_address_is_refused_and_not_quoted(given: str, said: str):
    with pytest.raises(ValueError, match=said) as refused:
        mail_address(given)
    assert not any(word in str(refused.value) for word in ("anne", "bob"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ecoute@example.org", "ecoute@example.org"),
        (" Point Écoute <ecoute@Example.org> ", "Point Écoute <ecoute@example.org>"),
        ('"Écoute, Nord" <ecoute@example.org>', '"Écoute, Nord" <ecoute@example.org>'),
    ],
)
def test_a_sender_may_have_a_name(given: str, kept: str):
    assert sender_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "Point Écoute <ecoute@example.org", "ecoute@example.org>", "a@b.org <ecoute@example.org> c",
        "Nord, Écoute <ecoute@example.org>", "Point\nÉcoute <ecoute@example.org>",
        "a@example.org, b@example.org", "Point Écoute", "Point Écoute <a@b.org, c@d.org>",
    ],
)  # fmt: skip
def test_a_sender_with_half_a_bracket_or_two_addresses_is_refused(given: str):
    with pytest.raises(ValueError, match="expected an address"):
        sender_address(given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"),
        ("06\u00a012\u202f34\u00a056\u202f78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("+33\u20116\u201112\u201134\u201156\u201178", "+33612345678"),
        ("\uff10\uff16 12 34 56 78", "+33612345678"),
        ("03 20 12 34 56", "+33320123456"),
        ("0692 12 34 56", "+262692123456"),
        ("0690 12 34 56", "+590690123456"),
        ("+32 470 12 34 56", "+32470123456"),
    ],
)
def test_a_number_is_kept_as_gateways_take_it(given: str, kept: str):
    assert phone_number(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "", "06", "06 12 34 56 7", "06 12 34 56 78 9", "17", "3949", "08 99 12 34 56", "+33",
        "0800 123 456", "06 12 34 56 78 / 06 98 76 54 32", "06 12 34 56 78, 06 98 76 54 32",
        "06 12 34 56 78 poste 3", "0800-FLOWERS", "zéro six", "+999 123456", "06 12 34 56\x00 78",
        "+33 6 12 34 56 78\u202e", "tel:+33612345678",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(given: str):
    with pytest.raises(ValueError, match="expected one number"):
        phone_number(given)
