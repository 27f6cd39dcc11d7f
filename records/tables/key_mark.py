"""Which keys of the server's file this database was used with."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base


class KeyMark(Base):
    """A version of a key, by a digest that only the key itself gives and that opens nothing."""

    __tablename__ = "key_mark"
    __table_args__ = ({"comment": "which versions of the server's keys were seen; no key"},)

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    wrote: Mapped[bool]
