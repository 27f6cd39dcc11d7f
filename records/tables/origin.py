"""How many people came from which poster or page; no more than a number."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base


class OriginCount(Base):
    __tablename__ = "origin_count"
    __table_args__ = ({"comment": "who came from a listed poster or page, by month; no chat"},)

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    origin: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int]
