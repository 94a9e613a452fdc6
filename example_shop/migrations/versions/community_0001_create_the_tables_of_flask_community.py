"""Create the tables of flask_community."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "community_0001"
down_revision = "shop_0001"
branch_labels = None
depends_on = None

# -- host --
SCHEMA: str | None = None
BIND = ""
MEMBER = "user.id"
MEMBER_KEY = sa.Integer()
PRODUCT = "product.sku"
PRODUCT_KEY = sa.String(length=40)
ORDER = "order.id"
ORDER_KEY = sa.Integer()
# -- end of host --

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def exact(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def own(column: str) -> str:
    return f"{SCHEMA}.{column}" if SCHEMA else column


def upgrade(engine_name: str = BIND) -> None:
    if engine_name != BIND:  # another database of the same shop
        return
    op.create_table(
        "community_audit_chain",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("seq", KEY, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema=SCHEMA,
    )
    op.create_table(
        "community_audit_event",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("about_id", KEY, nullable=True),
        sa.Column("commitments", sa.Text(), nullable=True),
        sa.Column("personal", sa.Text(), nullable=True),
        sa.Column("seq", KEY, nullable=True),
        sa.Column("prev_hash", sa.String(length=64), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seq", name=op.f("uq_community_audit_event_seq")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_audit_event_about_id"),
        "community_audit_event",
        ["about_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_audit_event_subject_id"),
        "community_audit_event",
        ["subject", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_demo_row",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("row_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("place", "row_id", name=op.f("uq_community_demo_row_place_row_id")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_order_inbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", exact(450), nullable=False),
        sa.Column("order_key", exact(190), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("refund", sa.Text(), nullable=True),
        sa.Column("touches", sa.Text(), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'done', 'failed')", name=op.f("ck_community_order_inbox_state")
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_community_order_inbox_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_order_inbox_order_key_id"),
        "community_order_inbox",
        ["order_key", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_order_inbox_state_due_at_id"),
        "community_order_inbox",
        ["state", "due_at", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_outbox_job",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=190), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'failed')", name=op.f("ck_community_outbox_job_state")
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_community_outbox_job_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_outbox_job_state_run_at_id"),
        "community_outbox_job",
        ["state", "run_at", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_transaction",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ref", exact(160), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref", name=op.f("uq_community_transaction_ref")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_member",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("host_id", MEMBER_KEY, nullable=True),
        sa.ForeignKeyConstraint(["host_id"], [MEMBER], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("host_id", name=op.f("uq_community_member_host_id")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_account",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", exact(80), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("balance_minor * bound >= 0", name=op.f("ck_community_account_bound")),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name=op.f("uq_community_account_name")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_account_member_id"),
        "community_account",
        ["member_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_consent",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_consent_member_id_purpose_id"),
        "community_consent",
        ["member_id", "purpose", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_deed",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("token", exact(32), nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("undo_until", INSTANT, nullable=False),
        sa.Column("can_be_undone", sa.Boolean(), nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token", name=op.f("uq_community_deed_token")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_deed_actor_id_undo_until"),
        "community_deed",
        ["actor_id", "undo_until"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_desk_seat",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("has_keys", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("member_id", name=op.f("uq_community_desk_seat_member_id")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_keyed_request",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("key", exact(80), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("location", sa.String(length=500), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "member_id", "key", name=op.f("uq_community_keyed_request_member_id_key")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_keyed_request_member_id_at"),
        "community_keyed_request",
        ["member_id", "at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_label",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("slug", exact(80), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("statement", sa.String(length=280), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("founder_id", KEY, nullable=False),
        sa.Column("founded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["founder_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug", name=op.f("uq_community_label_slug")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_label_field"), "community_label", ["field"], unique=False, schema=SCHEMA
    )
    op.create_table(
        "community_notice",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("key", sa.String(length=190), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_community_notice_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_notice_member_id_id"),
        "community_notice",
        ["member_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_order",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("host_key", exact(190), nullable=False),
        sa.Column("buyer_id", KEY, nullable=True),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("touches", sa.Text(), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("host_id", ORDER_KEY, nullable=True),
        sa.CheckConstraint(
            "state IN ('placed', 'paid', 'delivered', 'cancelled', 'charged_back')",
            name=op.f("ck_community_order_state"),
        ),
        sa.ForeignKeyConstraint(["buyer_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["host_id"], [ORDER], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("host_id", name=op.f("uq_community_order_host_id")),
        sa.UniqueConstraint("host_key", name=op.f("uq_community_order_host_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_order_buyer_id_placed_at"),
        "community_order",
        ["buyer_id", "placed_at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_order_placed_at"),
        "community_order",
        ["placed_at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_payout",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("request_key", exact(80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_community_payout_amount")),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "member_id", "request_key", name=op.f("uq_community_payout_member_id_request_key")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_payout_state"),
        "community_payout",
        ["state"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_product",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("host_key", exact(190), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("seller_id", KEY, nullable=True),
        sa.Column("host_id", PRODUCT_KEY, nullable=True),
        sa.Column("plain_title", sa.String(length=255), nullable=False),
        sa.Column("titles", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["host_id"], [PRODUCT], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["seller_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("host_id", name=op.f("uq_community_product_host_id")),
        sa.UniqueConstraint("host_key", name=op.f("uq_community_product_host_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_product_seller_id"),
        "community_product",
        ["seller_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_queue_item",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("community_id", KEY, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("is_appeal", sa.Boolean(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("growing_until", INSTANT, nullable=True),
        sa.Column("snoozed_until", INSTANT, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("claimed_by", KEY, nullable=True),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_community_queue_item_state")),
        sa.ForeignKeyConstraint(["claimed_by"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "kind", "subject_id", name=op.f("uq_community_queue_item_kind_subject_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_queue_item_state_priority_due_at"),
        "community_queue_item",
        ["state", "priority", "due_at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_role_grant",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("scope", exact(100), nullable=False),
        sa.Column("granted_by", KEY, nullable=True),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["granted_by"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "member_id", "role", "scope", name=op.f("uq_community_role_grant_member_id_role_scope")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_role_grant_role_scope"),
        "community_role_grant",
        ["role", "scope"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_saved_view",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("name", exact(40), nullable=False),
        sa.Column("view", sa.String(length=12), nullable=True),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("words", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "member_id", "name", name=op.f("uq_community_saved_view_member_id_name")
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "community_action",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("item_version", sa.Integer(), nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("about_id", KEY, nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("undo_until", INSTANT, nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["about_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["actor_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["item_id"], [own("community_queue_item.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["undone_by"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "item_id", "item_version", name=op.f("uq_community_action_item_id_item_version")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_action_about_id"),
        "community_action",
        ["about_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_case",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("candidate_key", sa.String(length=80), nullable=True),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("batch", exact(190), nullable=True),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("merged_into_id", KEY, nullable=True),
        sa.Column("split_from_id", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], [own("community_case.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["product_id"], [own("community_product.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["split_from_id"], [own("community_case.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("candidate_key", name=op.f("uq_community_case_candidate_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_case_product_id_state_id"),
        "community_case",
        ["product_id", "state", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_case_state_id"),
        "community_case",
        ["state", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_community",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("label_id", KEY, nullable=False),
        sa.Column("admission", sa.String(length=8), nullable=False),
        sa.Column("house_rules", sa.Text(), nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "admission IN ('open', 'request', 'invite')",
            name=op.f("ck_community_community_admission"),
        ),
        sa.ForeignKeyConstraint(["label_id"], [own("community_label.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("label_id", name=op.f("uq_community_community_label_id")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_conversion",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("touches", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], [own("community_order.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id", name=op.f("uq_community_conversion_order_id")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_entry",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("transaction_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_community_entry_some")),
        sa.ForeignKeyConstraint(["account_id"], [own("community_account.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["transaction_id"], [own("community_transaction.id")], ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "transaction_id",
            "account_id",
            name=op.f("uq_community_entry_transaction_id_account_id"),
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_entry_account_id"),
        "community_entry",
        ["account_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_label_field",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("label_id", KEY, nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("bound_by", KEY, nullable=False),
        sa.Column("bound_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["bound_by"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["label_id"], [own("community_label.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "label_id", "field", name=op.f("uq_community_label_field_label_id_field")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_label_field_field"),
        "community_label_field",
        ["field"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_label_product",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("label_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("bound_by", KEY, nullable=False),
        sa.Column("bound_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["bound_by"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["label_id"], [own("community_label.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["product_id"], [own("community_product.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "label_id", "product_id", name=op.f("uq_community_label_product_label_id_product_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_label_product_product_id"),
        "community_label_product",
        ["product_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_order_line",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("line_key", exact(190), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("variant", sa.String(length=255), nullable=True),
        sa.Column("batch", exact(190), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_at", INSTANT, nullable=True),
        sa.Column("plain_title", sa.String(length=255), nullable=False),
        sa.Column("titles", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_community_order_line_quantity")),
        sa.CheckConstraint(
            "returned_minor >= 0 AND returned_minor <= paid_minor",
            name=op.f("ck_community_order_line_returned"),
        ),
        sa.ForeignKeyConstraint(["order_id"], [own("community_order.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["product_id"], [own("community_product.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "order_id", "line_key", name=op.f("uq_community_order_line_order_id_line_key")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_order_line_product_id_batch"),
        "community_order_line",
        ["product_id", "batch"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_order_refund",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("refund_id", exact(190), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("lines", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], [own("community_order.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "order_id", "refund_id", name=op.f("uq_community_order_refund_order_id_refund_id")
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "community_pause",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("batch", exact(190), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("paused_at", INSTANT, nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["product_id"], [own("community_product.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "case_id",
            "product_id",
            "batch",
            name=op.f("uq_community_pause_case_id_product_id_batch"),
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_pause_product_id_lifted_at"),
        "community_pause",
        ["product_id", "lifted_at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_wearing",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("label_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('wears', 'aspires', 'muted', 'left')",
            name=op.f("ck_community_wearing_state"),
        ),
        sa.ForeignKeyConstraint(["label_id"], [own("community_label.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "label_id", "member_id", name=op.f("uq_community_wearing_label_id_member_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_wearing_label_id_state"),
        "community_wearing",
        ["label_id", "state"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_wearing_member_id_state"),
        "community_wearing",
        ["member_id", "state"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_wearing_change",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("label_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('wears', 'aspires', 'muted', 'left')",
            name=op.f("ck_community_wearing_change_state"),
        ),
        sa.ForeignKeyConstraint(["label_id"], [own("community_label.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_wearing_change_label_id_member_id_id"),
        "community_wearing_change",
        ["label_id", "member_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_wearing_change_member_id"),
        "community_wearing_change",
        ["member_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_broadcast",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("send_at", INSTANT, nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.Column("begun_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["case_id"], [own("community_case.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_community_broadcast_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_broadcast_case_id_id"),
        "community_broadcast",
        ["case_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_case_event",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["case_id"], [own("community_case.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_case_event_case_id_id"),
        "community_case_event",
        ["case_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_case_note",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("about_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["about_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["author_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["case_id"], [own("community_case.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_case_note_about_id"),
        "community_case_note",
        ["about_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_case_note_case_id_id"),
        "community_case_note",
        ["case_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_complaint",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("batch", exact(190), nullable=True),
        sa.Column("variant", sa.String(length=255), nullable=True),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wish", sa.String(length=20), nullable=True),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("joined_case_id", KEY, nullable=True),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("next_due_at", INSTANT, nullable=True),
        sa.Column("mistaken", sa.Boolean(), nullable=False),
        sa.Column("link_nonce", exact(18), nullable=True),
        sa.CheckConstraint(
            "severity BETWEEN 0 AND 2", name=op.f("ck_community_complaint_severity")
        ),
        sa.ForeignKeyConstraint(
            ["joined_case_id"], [own("community_case.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["line_id"], [own("community_order_line.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["product_id"], [own("community_product.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "member_id",
            "line_id",
            "reason",
            "day",
            name=op.f("uq_community_complaint_member_id_line_id_reason_day"),
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_complaint_joined_case_id_id"),
        "community_complaint",
        ["joined_case_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_complaint_product_id_state_id"),
        "community_complaint",
        ["product_id", "state", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_greeting",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["community_id"], [own("community_community.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "community_id", "member_id", name=op.f("uq_community_greeting_community_id_member_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_greeting_by_id"),
        "community_greeting",
        ["by_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_greeting_member_id"),
        "community_greeting",
        ["member_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_line_refund",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("promised_minor", KEY, nullable=False),
        sa.Column("done_minor", KEY, nullable=False),
        sa.CheckConstraint(
            "done_minor <= promised_minor", name=op.f("ck_community_line_refund_order")
        ),
        sa.ForeignKeyConstraint(["line_id"], [own("community_order_line.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("line_id", name=op.f("uq_community_line_refund_line_id")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_membership",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('in', 'asked', 'out')", name=op.f("ck_community_membership_state")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], [own("community_community.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "community_id", "member_id", name=op.f("uq_community_membership_community_id_member_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_membership_member_id_state"),
        "community_membership",
        ["member_id", "state"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_post",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("community_id", KEY, nullable=True),
        sa.Column("title", sa.String(length=140), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("hidden_at", INSTANT, nullable=True),
        sa.Column("line_id", KEY, nullable=True),
        sa.Column("follow_up", sa.Integer(), nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("plain_product_title", sa.String(length=255), nullable=True),
        sa.Column("product_titles", sa.Text(), nullable=True),
        sa.Column("variant", sa.String(length=255), nullable=True),
        sa.Column("batch", sa.String(length=255), nullable=True),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("proof", sa.Integer(), nullable=False),
        sa.Column("trust", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("useful", sa.BigInteger(), nullable=False),
        sa.Column("fun", sa.BigInteger(), nullable=False),
        sa.Column("touching", sa.BigInteger(), nullable=False),
        sa.Column("profitable", sa.BigInteger(), nullable=False),
        sa.Column("tallied", sa.Integer(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["community_id"], [own("community_community.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["line_id"], [own("community_order_line.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["product_id"], [own("community_product.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "line_id", "follow_up", name=op.f("uq_community_post_line_id_follow_up")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_post_author_id_published_at"),
        "community_post",
        ["author_id", "published_at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_post_community_id_id"),
        "community_post",
        ["community_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_post_community_id_rank_id"),
        "community_post",
        ["community_id", "rank", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_post_product_id_rank_id"),
        "community_post",
        ["product_id", "rank", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_remedy",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount_rule", sa.String(length=8), nullable=False),
        sa.Column("amount_value", KEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", KEY, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("confirmed_by_id", KEY, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_sums", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], [own("community_case.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], [own("community_member.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], [own("community_member.id")], ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_community_remedy_case_id_version")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_broadcast_letter",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("broadcast_id", KEY, nullable=False),
        sa.Column("complaint_id", KEY, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], [own("community_broadcast.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], [own("community_complaint.id")], ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "broadcast_id",
            "complaint_id",
            name=op.f("uq_community_broadcast_letter_broadcast_id_complaint_id"),
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "community_bulk_operation",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("remedy_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("params_hash", sa.String(length=64), nullable=False),
        sa.Column("snapshot_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("start_at", INSTANT, nullable=True),
        sa.Column("start_by_id", KEY, nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], [own("community_case.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["remedy_id"], [own("community_remedy.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["start_by_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_community_bulk_operation_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_bulk_operation_case_id_id"),
        "community_bulk_operation",
        ["case_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_case_member",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("complaint_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["case_id"], [own("community_case.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], [own("community_complaint.id")], ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "complaint_id", "case_id", name=op.f("uq_community_case_member_complaint_id_case_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_case_member_case_id_state_complaint_id"),
        "community_case_member",
        ["case_id", "state", "complaint_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_complaint_event",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("complaint_id", KEY, nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], [own("community_complaint.id")], ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id"),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_complaint_event_complaint_id_id"),
        "community_complaint_event",
        ["complaint_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_complaint_picture",
        sa.Column("complaint_id", KEY, nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], [own("community_complaint.id")], ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "complaint_id", "slot", name=op.f("uq_community_complaint_picture_complaint_id_slot")
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "community_link",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("sharer_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("post_id", KEY, nullable=True),
        sa.Column("community_id", KEY, nullable=True),
        sa.Column("campaign", exact(40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("line", sa.String(length=140), nullable=False),
        sa.Column("live_key", exact(120), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("rests_since", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "coalesce(product_id, post_id, community_id) IS NOT NULL",
            name=op.f("ck_community_link_target"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], [own("community_community.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["post_id"], [own("community_post.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["product_id"], [own("community_product.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["sharer_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("live_key", name=op.f("uq_community_link_live_key")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_link_post_id"),
        "community_link",
        ["post_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_link_product_id"),
        "community_link",
        ["product_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_link_sharer_id_made_at"),
        "community_link",
        ["sharer_id", "made_at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_post_fate",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("fate", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], [own("community_post.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_post_fate_post_id_id"),
        "community_post_fate",
        ["post_id", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_post_picture",
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], [own("community_post.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("post_id", "slot", name=op.f("uq_community_post_picture_post_id_slot")),
        schema=SCHEMA,
    )
    op.create_table(
        "community_post_revision",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=140), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("replaced_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], [own("community_post.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "post_id", "number", name=op.f("uq_community_post_revision_post_id_number")
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "community_post_stake",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["post_id"], [own("community_post.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "post_id", "member_id", name=op.f("uq_community_post_stake_post_id_member_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_post_stake_member_id"),
        "community_post_stake",
        ["member_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_reaction",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('useful', 'fun', 'touching', 'profitable')",
            name=op.f("ck_community_reaction_kind"),
        ),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_community_reaction_weight")),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["post_id"], [own("community_post.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "post_id",
            "member_id",
            "kind",
            name=op.f("uq_community_reaction_post_id_member_id_kind"),
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_reaction_member_id"),
        "community_reaction",
        ["member_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_attribution",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("link_id", KEY, nullable=False),
        sa.Column("sharer_id", KEY, nullable=False),
        sa.Column("share_bps", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("touch_at", INSTANT, nullable=False),
        sa.Column("model", sa.String(length=10), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("thanked_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "share_bps BETWEEN 0 AND 10000", name=op.f("ck_community_attribution_share")
        ),
        sa.ForeignKeyConstraint(["link_id"], [own("community_link.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["order_id"], [own("community_order.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["sharer_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "order_id", "link_id", name=op.f("uq_community_attribution_order_id_link_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_attribution_link_id"),
        "community_attribution",
        ["link_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_attribution_sharer_id"),
        "community_attribution",
        ["sharer_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_bulk_item",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("operation_id", KEY, nullable=False),
        sa.Column("complaint_id", KEY, nullable=False),
        sa.Column("remedy_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("amount_minor", KEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("remedy_key", sa.String(length=80), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_community_bulk_item_amount")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], [own("community_complaint.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["line_id"], [own("community_order_line.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["operation_id"], [own("community_bulk_operation.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["remedy_id"], [own("community_remedy.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "operation_id",
            "complaint_id",
            name=op.f("uq_community_bulk_item_operation_id_complaint_id"),
        ),
        sa.UniqueConstraint(
            "remedy_id", "line_id", name=op.f("uq_community_bulk_item_remedy_id_line_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_bulk_item_operation_id_state_id"),
        "community_bulk_item",
        ["operation_id", "state", "id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_member_touch",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("link_id", KEY, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], [own("community_link.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "member_id",
            "link_id",
            "kind",
            "at",
            name=op.f("uq_community_member_touch_member_id_link_id_kind_at"),
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_member_touch_member_id_at"),
        "community_member_touch",
        ["member_id", "at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_visit",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("link_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("ineligible", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], [own("community_link.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_visit_link_id_at"),
        "community_visit",
        ["link_id", "at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_earning",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("attribution_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("rule_version", sa.String(length=16), nullable=False),
        sa.Column("basis_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate_bps", sa.Integer(), nullable=False),
        sa.Column("weight_bps", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.SmallInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("credited_minor", sa.BigInteger(), nullable=False),
        sa.Column("out_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("back_to", sa.String(length=12), nullable=True),
        sa.Column("payable_on", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "credited_minor BETWEEN 0 AND amount_minor", name=op.f("ck_community_earning_credited")
        ),
        sa.CheckConstraint(
            "out_minor BETWEEN 0 AND credited_minor", name=op.f("ck_community_earning_out")
        ),
        sa.ForeignKeyConstraint(
            ["attribution_id"], [own("community_attribution.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["line_id"], [own("community_order_line.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["order_id"], [own("community_order.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "programme",
            "order_id",
            "line_id",
            "member_id",
            "rule",
            "level",
            name=op.f("uq_community_earning_programme_order_id_line_id_member_id_ru"),
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_earning_member_id_created_at"),
        "community_earning",
        ["member_id", "created_at"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_earning_state_payable_on"),
        "community_earning",
        ["state", "payable_on"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_appeal",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("earning_id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'granted', 'upheld', 'withdrawn', 'overtaken')",
            name=op.f("ck_community_appeal_state"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["decision_id"], [own("community_transaction.id")], ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["earning_id"], [own("community_earning.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["member_id"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("decision_id", name=op.f("uq_community_appeal_decision_id")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_appeal_earning_id"),
        "community_appeal",
        ["earning_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_appeal_member_id"),
        "community_appeal",
        ["member_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_hold",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("earning_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], [own("community_member.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["earning_id"], [own("community_earning.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "earning_id", "case_id", name=op.f("uq_community_hold_earning_id_case_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_hold_case_id"),
        "community_hold",
        ["case_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "community_payout_item",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("payout_id", KEY, nullable=False),
        sa.Column("earning_id", KEY, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_community_payout_item_some")),
        sa.ForeignKeyConstraint(["earning_id"], [own("community_earning.id")], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["payout_id"], [own("community_payout.id")], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "payout_id", "earning_id", name=op.f("uq_community_payout_item_payout_id_earning_id")
        ),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_community_payout_item_earning_id"),
        "community_payout_item",
        ["earning_id"],
        unique=False,
        schema=SCHEMA,
    )


def downgrade(engine_name: str = BIND) -> None:
    if engine_name != BIND:
        return
    op.drop_table("community_payout_item", schema=SCHEMA)
    op.drop_table("community_hold", schema=SCHEMA)
    op.drop_table("community_appeal", schema=SCHEMA)
    op.drop_table("community_earning", schema=SCHEMA)
    op.drop_table("community_visit", schema=SCHEMA)
    op.drop_table("community_member_touch", schema=SCHEMA)
    op.drop_table("community_bulk_item", schema=SCHEMA)
    op.drop_table("community_attribution", schema=SCHEMA)
    op.drop_table("community_reaction", schema=SCHEMA)
    op.drop_table("community_post_stake", schema=SCHEMA)
    op.drop_table("community_post_revision", schema=SCHEMA)
    op.drop_table("community_post_picture", schema=SCHEMA)
    op.drop_table("community_post_fate", schema=SCHEMA)
    op.drop_table("community_link", schema=SCHEMA)
    op.drop_table("community_complaint_picture", schema=SCHEMA)
    op.drop_table("community_complaint_event", schema=SCHEMA)
    op.drop_table("community_case_member", schema=SCHEMA)
    op.drop_table("community_bulk_operation", schema=SCHEMA)
    op.drop_table("community_broadcast_letter", schema=SCHEMA)
    op.drop_table("community_remedy", schema=SCHEMA)
    op.drop_table("community_post", schema=SCHEMA)
    op.drop_table("community_membership", schema=SCHEMA)
    op.drop_table("community_line_refund", schema=SCHEMA)
    op.drop_table("community_greeting", schema=SCHEMA)
    op.drop_table("community_complaint", schema=SCHEMA)
    op.drop_table("community_case_note", schema=SCHEMA)
    op.drop_table("community_case_event", schema=SCHEMA)
    op.drop_table("community_broadcast", schema=SCHEMA)
    op.drop_table("community_wearing_change", schema=SCHEMA)
    op.drop_table("community_wearing", schema=SCHEMA)
    op.drop_table("community_pause", schema=SCHEMA)
    op.drop_table("community_order_refund", schema=SCHEMA)
    op.drop_table("community_order_line", schema=SCHEMA)
    op.drop_table("community_label_product", schema=SCHEMA)
    op.drop_table("community_label_field", schema=SCHEMA)
    op.drop_table("community_entry", schema=SCHEMA)
    op.drop_table("community_conversion", schema=SCHEMA)
    op.drop_table("community_community", schema=SCHEMA)
    op.drop_table("community_case", schema=SCHEMA)
    op.drop_table("community_action", schema=SCHEMA)
    op.drop_table("community_saved_view", schema=SCHEMA)
    op.drop_table("community_role_grant", schema=SCHEMA)
    op.drop_table("community_queue_item", schema=SCHEMA)
    op.drop_table("community_product", schema=SCHEMA)
    op.drop_table("community_payout", schema=SCHEMA)
    op.drop_table("community_order", schema=SCHEMA)
    op.drop_table("community_notice", schema=SCHEMA)
    op.drop_table("community_label", schema=SCHEMA)
    op.drop_table("community_keyed_request", schema=SCHEMA)
    op.drop_table("community_desk_seat", schema=SCHEMA)
    op.drop_table("community_deed", schema=SCHEMA)
    op.drop_table("community_consent", schema=SCHEMA)
    op.drop_table("community_account", schema=SCHEMA)
    op.drop_table("community_member", schema=SCHEMA)
    op.drop_table("community_transaction", schema=SCHEMA)
    op.drop_table("community_outbox_job", schema=SCHEMA)
    op.drop_table("community_order_inbox", schema=SCHEMA)
    op.drop_table("community_demo_row", schema=SCHEMA)
    op.drop_table("community_audit_event", schema=SCHEMA)
    op.drop_table("community_audit_chain", schema=SCHEMA)
