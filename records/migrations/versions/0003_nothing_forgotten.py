"""Rungs, notifications, the roster, heartbeats; what promises need to be escalated."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


_TO_TELL = "audience IS NOT NULL AND notified_at IS NULL"


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def _fill() -> None:
    """Promises made before: their time given again, their next rung at their due time."""
    again = (
        "due_at + (due_at - created_at)"
        if op.get_bind().dialect.name == "postgresql"
        else "strftime('%Y-%m-%d %H:%M:%f', 2 * julianday(due_at) - julianday(created_at)) || '000'"
    )
    op.execute(
        f"""
        UPDATE follow_up SET counted_from = created_at, late_again_at = {again},
            level = (SELECT level FROM signal WHERE signal.id = follow_up.signal_id),
            next_rung = CASE WHEN met_at IS NULL THEN 100 END,
            next_rung_at = CASE WHEN met_at IS NULL THEN due_at END
        """  # noqa: S608  both are written above
    )
    for column in ("due_at", "late_again_at"):
        op.execute(
            f"""
            UPDATE signal SET {column} = (
                SELECT {column} FROM follow_up
                WHERE follow_up.signal_id = signal.id AND follow_up.met_at IS NULL
                ORDER BY follow_up.due_at, follow_up.id LIMIT 1
            )
            """  # noqa: S608
        )


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        comment="when each worker was last alive",
    )
    op.create_table(
        "outage",
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("part", "since", name=op.f("pk_outage")),
        comment="what was away since when; told of once",
    )
    op.create_table(
        "policy",
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("content", sa.String(), nullable=False, comment="the file's content as JSON"),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy")),
        comment="deadline policies that were used; a new version is a new row",
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_handover_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team"], ["team.code"], name=op.f("fk_handover_team"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        comment="who took over a shift, and when",
    )
    op.create_index("ix_handover_team_at", "handover", ["team", "at"], unique=False)
    op.create_table(
        "on_call",
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("week", sa.Date(), nullable=False, comment="its Monday"),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_on_call_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team"], ["team.code"], name=op.f("fk_on_call_team"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team", "week", name=op.f("pk_on_call")),
        comment="the roster: one member for each team and week",
    )
    op.create_table(
        "staff_chat",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("bot", sa.String(length=16), nullable=True),
        sa.Column("chat_lookup", sa.LargeBinary(), nullable=True),
        sa.Column("locked_address", sa.LargeBinary(), nullable=True),
        sa.Column("contact_version", sa.Integer(), nullable=True),
        sa.Column("code_lookup", sa.LargeBinary(), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_staff_chat_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_staff_chat")),
        sa.UniqueConstraint("chat_lookup", name=op.f("uq_staff_chat_chat_lookup")),
        sa.UniqueConstraint("code_lookup", name=op.f("uq_staff_chat_code_lookup")),
        comment="a member's own messenger chat; no id stands here in clear",
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("signal_id", sa.Uuid(), nullable=True, comment="the most urgent of them"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_notification_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"],
            ["signal.id"],
            name=op.f("fk_notification_signal_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        comment="who was told that something waits; without content",
    )
    op.create_index(
        "ix_notification_member_id_seen_at", "notification", ["member_id", "seen_at"], unique=False
    )
    op.create_table(
        "escalation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when this rung was to fire",
        ),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_up.id"],
            name=op.f("fk_escalation_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_escalation_signal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint(
            "follow_up_id",
            "level",
            "percent",
            name=op.f("uq_escalation_follow_up_id_level_percent"),
        ),
        comment="rungs fired, each once; who was told stands in escalation_told",
    )
    op.create_index("ix_escalation_signal_id", "escalation", ["signal_id"], unique=False)
    op.create_table(
        "notification_delivery",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "error", sa.String(length=60), nullable=True, comment="the error's class, no sentence"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_notification_delivery_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("fk_notification_delivery_notification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "notification_id", "channel", name=op.f("pk_notification_delivery")
        ),
        comment="the outbox of notifications: one row for each channel",
    )
    op.create_index(
        "ix_notification_delivery_waiting",
        "notification_delivery",
        ["channel", "next_try_at"],
        **_where("state = 'waiting'"),
    )
    op.create_table(
        "escalation_told",
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_escalation_told_escalation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("fk_escalation_told_notification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "escalation_id", "notification_id", name=op.f("pk_escalation_told")
        ),
        comment="which rungs a notification told of, and so whom each rung told",
    )
    op.create_index(
        "ix_escalation_told_notification_id", "escalation_told", ["notification_id"], unique=False
    )
    op.add_column(
        "delivery",
        sa.Column(
            "stuck_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the team was told that it does not go out",
        ),
    )
    op.add_column("follow_up", sa.Column("level", sa.String(length=20), nullable=True))
    op.add_column(
        "follow_up",
        sa.Column(
            "counted_from",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="from when the time given is counted: made, or raised to a higher level",
        ),
    )
    op.add_column(
        "follow_up",
        sa.Column(
            "late_again_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when as much time again as was given has passed",
        ),
    )
    op.add_column("follow_up", sa.Column("outcome", sa.String(length=20), nullable=True))
    op.add_column(
        "follow_up",
        sa.Column("next_rung", sa.Integer(), nullable=True, comment="percent of the time given"),
    )
    op.add_column("follow_up", sa.Column("next_rung_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "signal",
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of its nearest open promise; null once closed",
        ),
    )
    op.add_column(
        "signal",
        sa.Column(
            "late_again_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of the same promise: twice the time given",
        ),
    )
    _fill()
    with op.batch_alter_table("follow_up") as batch_op:
        batch_op.alter_column("level", existing_type=sa.String(length=20), nullable=False)
        batch_op.alter_column(
            "counted_from",
            existing_type=sa.DateTime(timezone=True),
            nullable=False,
            existing_comment="from when the time given is counted: made, or raised to a higher level",
        )
        batch_op.alter_column(
            "late_again_at",
            existing_type=sa.DateTime(timezone=True),
            nullable=False,
            existing_comment="when as much time again as was given has passed",
        )
    op.drop_index(op.f("ix_follow_up_open"), table_name="follow_up")
    op.create_index(
        "ix_follow_up_next_rung",
        "follow_up",
        ["next_rung_at"],
        **_where("met_at IS NULL"),
    )
    op.add_column(
        "member",
        sa.Column(
            "last_seen_at", sa.DateTime(timezone=True), nullable=True, comment="to the minute"
        ),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "audience",
            sa.String(length=20),
            nullable=True,
            comment="who is told beyond the console; null: nobody",
        ),
    )
    op.add_column("outbox", sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_outbox_unseen",
        "outbox",
        ["level", "created_at"],
        **_where("seen_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_notify",
        "outbox",
        ["created_at"],
        **_where(_TO_TELL),
    )
    op.drop_index(op.f("ix_signal_queue"), table_name="signal")
    op.create_index("ix_signal_closed", "signal", ["team", "closed_at"], unique=False)
    op.create_index(
        "ix_signal_open",
        "signal",
        ["team", "due_at"],
        **_where("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_index("ix_signal_open", table_name="signal", **_where("state = 'open'"))
    op.drop_index("ix_signal_closed", table_name="signal")
    op.create_index(op.f("ix_signal_queue"), "signal", ["team", "state", "level"], unique=False)
    op.drop_column("signal", "late_again_at")
    op.drop_column("signal", "due_at")
    op.drop_index("ix_outbox_unseen", table_name="outbox", **_where("seen_at IS NULL"))
    op.drop_index("ix_outbox_notify", table_name="outbox", **_where(_TO_TELL))
    op.drop_column("outbox", "notified_at")
    op.drop_column("outbox", "audience")
    op.drop_column("member", "last_seen_at")
    op.drop_index("ix_follow_up_next_rung", table_name="follow_up", **_where("met_at IS NULL"))
    op.create_index(op.f("ix_follow_up_open"), "follow_up", ["met_at", "due_at"], unique=False)
    for column in (
        "next_rung_at",
        "next_rung",
        "outcome",
        "late_again_at",
        "counted_from",
        "level",
    ):
        op.drop_column("follow_up", column)
    op.drop_column("delivery", "stuck_at")
    op.drop_index("ix_escalation_told_notification_id", table_name="escalation_told")
    op.drop_table("escalation_told")
    op.drop_index(
        "ix_notification_delivery_waiting",
        table_name="notification_delivery",
        **_where("state = 'waiting'"),
    )
    op.drop_table("notification_delivery")
    op.drop_index("ix_escalation_signal_id", table_name="escalation")
    op.drop_table("escalation")
    op.drop_index("ix_notification_member_id_seen_at", table_name="notification")
    op.drop_table("notification")
    op.drop_table("staff_chat")
    op.drop_table("on_call")
    op.drop_index("ix_handover_team_at", table_name="handover")
    op.drop_table("handover")
    op.drop_table("policy")
    op.drop_table("outage")
    op.drop_table("heartbeat")
