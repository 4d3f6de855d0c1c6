"""Harvest sources and runs; uploads, checks and links of records."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    _harvest_sources()
    _link_checks()
    _progress()
    _record_checks()
    _harvest_items()
    _harvest_runs()
    _record_care()
    _record_links()
    _uploads()
    _harvest_lines()


def downgrade() -> None:
    """Take it back."""
    op.drop_table("harvest_lines")
    op.drop_table("uploads")
    op.drop_table("record_links")
    op.drop_table("record_care")
    op.drop_table("harvest_runs")
    op.drop_table("harvest_items")
    op.drop_table("record_checks")
    op.drop_table("progress")
    op.drop_table("link_checks")
    op.drop_table("harvest_sources")


def _harvest_sources() -> None:
    op.create_table(
        "harvest_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("protocol", sa.String(length=20), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("schedule", sa.String(length=40), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page_size", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=True),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("credentials", sa.Text(), nullable=True),
        sa.Column("domain", sa.String(length=20), nullable=True),
        sa.Column("timeout", sa.Float(), nullable=False),
        sa.Column("max_bytes", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("complete_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("records_before", sa.Integer(), nullable=True),
        sa.Column("leaving", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_harvest_sources_name")),
    )
    op.create_index(op.f("ix_harvest_sources_due"), "harvest_sources", ["due"], unique=False)


def _link_checks() -> None:
    op.create_table(
        "link_checks",
        sa.Column("url_digest", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("checked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turned", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("url_digest", name=op.f("pk_link_checks")),
    )
    op.create_index(op.f("ix_link_checks_due"), "link_checks", ["due"], unique=False)
    op.create_index(op.f("ix_link_checks_state"), "link_checks", ["state"], unique=False)
    op.create_index(op.f("ix_link_checks_turned"), "link_checks", ["turned"], unique=False)


def _progress() -> None:
    op.create_table(
        "progress",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("lease", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_progress")),
    )


def _record_checks() -> None:
    op.create_table(
        "record_checks",
        sa.Column("identifier_digest", sa.String(length=32), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("checked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("identifier_digest", name=op.f("pk_record_checks")),
    )
    op.create_index(op.f("ix_record_checks_broken"), "record_checks", ["broken"], unique=False)
    op.create_index(op.f("ix_record_checks_stale"), "record_checks", ["stale"], unique=False)
    op.create_index("ix_record_checks_valid_identifier_digest", "record_checks", ["valid", "identifier_digest"], unique=False)


def _harvest_items() -> None:
    op.create_table(
        "harvest_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("identifier_digest", sa.String(length=32), nullable=True),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("coming", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["harvest_sources.id"], name=op.f("fk_harvest_items_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_items")),
        sa.UniqueConstraint("source_id", "key_digest", name=op.f("uq_harvest_items_source_id_key_digest")),
    )
    op.create_index("ix_harvest_items_identifier_digest", "harvest_items", ["identifier_digest"], unique=False)
    op.create_index("ix_harvest_items_source_id_state_seen", "harvest_items", ["source_id", "state", "seen"], unique=False)


def _harvest_runs() -> None:
    op.create_table(
        "harvest_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("preview", sa.Boolean(), nullable=False),
        sa.Column("anew", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("walk", sa.Integer(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=True),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("lease", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progressed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelling", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("sparing", sa.Boolean(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("conflicts", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["harvest_sources.id"], name=op.f("fk_harvest_runs_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_runs")),
    )
    op.create_index("ix_harvest_runs_source_id_id", "harvest_runs", ["source_id", "id"], unique=False)
    op.create_index(op.f("ix_harvest_runs_state"), "harvest_runs", ["state"], unique=False)


def _record_care() -> None:
    op.create_table(
        "record_care",
        sa.Column("identifier_digest", sa.String(length=32), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_record_care_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("identifier_digest", name=op.f("pk_record_care")),
    )
    op.create_index(op.f("ix_record_care_user_id"), "record_care", ["user_id"], unique=False)


def _record_links() -> None:
    op.create_table(
        "record_links",
        sa.Column("identifier_digest", sa.String(length=32), nullable=False),
        sa.Column("url_digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["identifier_digest"], ["record_checks.identifier_digest"], name=op.f("fk_record_links_identifier_digest"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["url_digest"], ["link_checks.url_digest"], name=op.f("fk_record_links_url_digest")),
        sa.PrimaryKeyConstraint("identifier_digest", "url_digest", name=op.f("pk_record_links")),
    )
    op.create_index("ix_record_links_url_digest_identifier_digest", "record_links", ["url_digest", "identifier_digest"], unique=False)


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("looked", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_uploads_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_created"), "uploads", ["created"], unique=False)
    op.create_index(op.f("ix_uploads_user_id"), "uploads", ["user_id"], unique=False)


def _harvest_lines() -> None:
    op.create_table(
        "harvest_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["harvest_runs.id"], name=op.f("fk_harvest_lines_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_lines")),
    )
    op.create_index("ix_harvest_lines_run_id_kind_id", "harvest_lines", ["run_id", "kind", "id"], unique=False)
