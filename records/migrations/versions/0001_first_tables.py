"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("signal_id", sa.Uuid(), nullable=True),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        comment="append-only; each mac covers its line and the mac before",
    )
    op.create_table(
        "erased_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("territory", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "month",
            "territory",
            "level",
            "channel",
            "author",
            "outcome",
            name=op.f("pk_erased_count"),
        ),
        comment="counts of erased signals; under 5 they do not leave here",
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recovery_public_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        comment="one row; the recovery key's secret half was printed once",
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("email_lookup", sa.LargeBinary(), nullable=False),
        sa.Column(
            "locked_contact", sa.LargeBinary(), nullable=False, comment="name and e-mail address"
        ),
        sa.Column("contact_version", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "locked_secret", sa.LargeBinary(), nullable=False, comment="locked by the password"
        ),
        sa.Column("password_salt", sa.LargeBinary(), nullable=False),
        sa.Column("password_passes", sa.Integer(), nullable=False),
        sa.Column("password_memory", sa.Integer(), nullable=False),
        sa.Column(
            "recovery_secret", sa.LargeBinary(), nullable=False, comment="sealed to recovery"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("email_lookup", name=op.f("uq_member_email_lookup")),
        comment="staff; no name or address stands here in clear",
    )
    op.create_table(
        "team",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_team")),
        comment="a team's public key; its name stands in the listening point",
    )
    op.create_table(
        "signal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=7), nullable=False, comment="for staff: 7K3-Q2M"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("territory", sa.String(length=40), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column(
            "quarantined",
            sa.Boolean(),
            nullable=False,
            comment="came with a flood or fell into the trap",
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("rules_version", sa.String(length=40), nullable=False),
        sa.Column("policy_version", sa.String(length=40), nullable=False),
        sa.Column("pepper_version", sa.Integer(), nullable=False),
        sa.Column("idempotency_lookup", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_lookup", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "sender_wrap",
            sa.LargeBinary(),
            nullable=False,
            comment="the secret key, locked with a key from the receipt",
        ),
        sa.Column(
            "locked_codes",
            sa.LargeBinary(),
            nullable=True,
            comment="indicator codes while open, locked with the server's key",
        ),
        sa.Column("codes_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"], name=op.f("fk_signal_owner_id")),
        sa.ForeignKeyConstraint(["team"], ["team.code"], name=op.f("fk_signal_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("idempotency_lookup", name=op.f("uq_signal_idempotency_lookup")),
        sa.UniqueConstraint("receipt_lookup", name=op.f("uq_signal_receipt_lookup")),
        sa.UniqueConstraint("ref", name=op.f("uq_signal_ref")),
        comment="One report from the public; no word of it stands here in clear",
    )
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.create_index("ix_signal_queue", ["team", "state", "level"], unique=False)

    op.create_table(
        "team_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_team_key_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team"], ["team.code"], name=op.f("fk_team_key_team"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_key")),
        comment="who holds a team's secret key",
    )
    with op.batch_alter_table("team_key", schema=None) as batch_op:
        batch_op.create_index("uq_team_key_member", ["team", "member_id"], unique=True)
        batch_op.create_index(
            "uq_team_key_recovery",
            ["team"],
            unique=True,
            postgresql_where=sa.text("member_id IS NULL"),
            sqlite_where=sa.text("member_id IS NULL"),
        )

    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("policy_version", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_follow_up_signal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        comment="a dated promise; an open signal always has one that is not met",
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index("ix_follow_up_open", ["met_at", "due_at"], unique=False)
        batch_op.create_index("ix_follow_up_signal_id", ["signal_id"], unique=False)

    op.create_table(
        "key_wrap",
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_key_wrap_signal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.code"], name=op.f("fk_key_wrap_team")),
        sa.PrimaryKeyConstraint("signal_id", "team", name=op.f("pk_key_wrap")),
        comment="who can open a conversation; without its rows nobody can",
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_assessment", sa.LargeBinary(), nullable=True),
        sa.Column("idempotency_lookup", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_message_member_id")),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_message_signal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("idempotency_lookup", name=op.f("uq_message_idempotency_lookup")),
        comment="one message or note, sealed to its conversation",
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_signal_id_created_at", ["signal_id", "created_at"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["seen_by"], ["member.id"], name=op.f("fk_outbox_seen_by")),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_outbox_signal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.code"], name=op.f("fk_outbox_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        comment="alerts without content; the console shows each until a member has seen it",
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_team_seen_at", ["team", "seen_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_team_seen_at")

    op.drop_table("outbox")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_signal_id_created_at")

    op.drop_table("message")
    op.drop_table("key_wrap")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_up_signal_id")
        batch_op.drop_index("ix_follow_up_open")

    op.drop_table("follow_up")
    with op.batch_alter_table("team_key", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_team_key_recovery",
            postgresql_where=sa.text("member_id IS NULL"),
            sqlite_where=sa.text("member_id IS NULL"),
        )
        batch_op.drop_index("uq_team_key_member")

    op.drop_table("team_key")
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.drop_index("ix_signal_queue")

    op.drop_table("signal")
    op.drop_table("team")
    op.drop_table("member")
    op.drop_table("installation")
    op.drop_table("erased_count")
    op.drop_table("audit_entry")
