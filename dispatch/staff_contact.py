"""Use cases: a member of staff has another name, address or telephone from now on.

What waits to be told to them goes to the new one: addresses are looked up when a notice leaves.
"""

from dataclasses import replace
from uuid import UUID

from dispatch.contact_checks import checked_email, checked_name, checked_phone
from dispatch.desk import Desk, SignedIn
from dispatch.errors import AddressTaken
from dispatch.members import find_member, note_decision
from records import Transaction
from records.audit import AuditAction
from records.errors import Conflict
from records.lookups import email_lookup
from records.staff import Contact, lock_contact
from records.tables import Member


async def rename_member(
    who: str | UUID, name: str, desk: Desk, *, by: SignedIn | None = None
) -> None:
    """Raises UnknownMember, WrongName."""
    name = checked_name(name)
    async with desk.records.transaction() as tx:
        member = await find_member(who, tx)
        contact = replace(tx.staff.contact(member), name=name)
        await _keep(contact, member, AuditAction.STAFF_RENAME, desk, tx, by)


async def change_email(
    who: str | UUID, email: str, desk: Desk, *, by: SignedIn | None = None
) -> None:
    """They sign in with the new address, and with the former one no more.

    Raises UnknownMember, WrongEmail, AddressTaken.
    """
    email = checked_email(email)
    try:
        async with desk.records.transaction() as tx:
            member = await find_member(who, tx)
            other = await tx.staff.by_email(email)  # under a former pepper, too
            if other is not None and other.id != member.id:
                raise AddressTaken
            contact = replace(tx.staff.contact(member), email=email)
            member.email_lookup = email_lookup(email, pepper=desk.records.keys.pepper.now)
            await _keep(contact, member, AuditAction.STAFF_EMAIL, desk, tx, by)
    except Conflict:
        raise AddressTaken from None


async def change_phone(
    who: str | UUID, phone: str, desk: Desk, *, by: SignedIn | None = None
) -> None:
    """For text messages; an empty one takes the number away. Raises UnknownMember, WrongPhone."""
    phone = checked_phone(phone)
    async with desk.records.transaction() as tx:
        member = await find_member(who, tx)
        contact = replace(tx.staff.contact(member), phone=phone)
        await _keep(contact, member, AuditAction.STAFF_PHONE, desk, tx, by)


async def _keep(
    contact: Contact,
    member: Member,
    action: AuditAction,
    desk: Desk,
    tx: Transaction,
    by: SignedIn | None,
) -> None:
    keys = desk.records.keys
    member.locked_contact = lock_contact(contact, member.id, keys)
    member.contact_version = keys.contact.current
    await note_decision(by, desk, tx)
    await tx.audit.append(action, at=desk.clock(), member_id=member.id)
