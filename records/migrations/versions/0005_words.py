"""Answers that can be taken back, drafts, and how a sender may safely be written to."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def moment(name: str, comment: str | None = None, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)


def upgrade() -> None:
    op.add_column(
        "message", moment("leaves_at", "until then its author may take a reply back; null: at once")
    )
    op.add_column(
        "message", moment("held_at", "the sender wrote before it left: it stays until sent again")
    )
    op.add_column(
        "follow_up",
        sa.Column("kept_by", sa.Uuid(), nullable=True, comment="the reply that kept it"),
    )
    op.add_column(
        "follow_up",
        sa.Column("made_by", sa.Uuid(), nullable=True, comment="the reply that it follows"),
    )
    op.add_column(
        "delivery",
        sa.Column(
            "despite_note",
            sa.Uuid(),
            nullable=True,
            comment="the note that says why it goes at a time that staff had ruled out",
        ),
    )
    op.create_table(
        "draft",
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        moment("updated_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name="fk_draft_signal_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_draft_member_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("signal_id", "member_id", "box", name="pk_draft"),
        comment="texts not sent yet, each sealed to its author; gone with the signal",
    )
    op.create_table(
        "safe_contact",
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "contact_window",
            sa.String(length=11),
            nullable=True,
            comment='when to write: "17:00-20:00", "never", or null for any time',
        ),
        sa.Column(
            "sealed_words",
            sa.LargeBinary(),
            nullable=True,
            comment="words to avoid, sealed to the conversation",
        ),
        sa.Column("member_id", sa.Uuid(), nullable=False, comment="who set it last"),
        moment("set_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name="fk_safe_contact_signal_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_safe_contact_member_id"),
        sa.PrimaryKeyConstraint("signal_id", name="pk_safe_contact"),
        comment="hours and words that keep a sender safe; the words are sealed like messages",
    )


def downgrade() -> None:
    op.drop_table("safe_contact")
    op.drop_table("draft")
    op.drop_column("delivery", "despite_note")
    for name in ("made_by", "kept_by"):
        op.drop_column("follow_up", name)
    for name in ("held_at", "leaves_at"):
        op.drop_column("message", name)
