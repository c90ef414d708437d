"""The first tables

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:

    op.create_table(
        "erasure",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "event",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("sequence"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("event_entity", ["entity", "entity_id"], unique=False)

    op.create_table(
        "publisher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["publisher.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("identifier"),
        sa.UniqueConstraint("slug"),
    )
    with op.batch_alter_table("publisher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publisher_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "slug",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("entity", "slug"),
    )
    op.create_table(
        "stored_file",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "code_hosting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("exclude", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publisher_id"],
            ["publisher.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("code_hosting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_hosting_publisher_id"), ["publisher_id"], unique=False)

    op.create_table(
        "harvest_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("harvest_id", sa.Uuid(), nullable=False),
        sa.Column("code_hosting_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_hosting_id"],
            ["code_hosting.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("harvest_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_harvest_run_code_hosting_id"), ["code_hosting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_harvest_run_harvest_id"), ["harvest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_harvest_run_status"), ["status"], unique=False)

    op.create_table(
        "repository",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hosting_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("host_id", sa.String(), nullable=False),
        sa.Column("aliases", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("head_commit", sa.String(), nullable=False),
        sa.Column("default_branch", sa.String(), nullable=False),
        sa.Column("reach", sa.String(length=32), nullable=False),
        sa.Column("reach_since", sa.DateTime(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("empty", sa.Boolean(), nullable=False),
        sa.Column("file_path", sa.String(), nullable=False),
        sa.Column("file_missing_since", sa.DateTime(), nullable=True),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("declared_key", sa.String(), nullable=False),
        sa.Column("newest_assessment_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["code_hosting_id"],
            ["code_hosting.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("repository", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repository_code_hosting_id"), ["code_hosting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_repository_declared_key"), ["declared_key"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("commit", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("license_files", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("usable", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("values", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("license_declared", sa.String(), nullable=False),
        sa.Column("license_concluded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_file_hash"), ["file_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_repository_id"), ["repository_id"], unique=False)

    op.create_table(
        "harvest_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("repository_key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("messages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("commit", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("bytes_sent", sa.Integer(), nullable=False),
        sa.Column("bytes_received", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["harvest_run.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("harvest_item", schema=None) as batch_op:
        batch_op.create_index("harvest_item_repository_at", ["repository_key", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_harvest_item_run_id"), ["run_id"], unique=False)

    op.create_table(
        "software",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("newest_assessment_id", sa.Uuid(), nullable=False),
        sa.Column("shown_assessment_id", sa.Uuid(), nullable=False),
        sa.Column("based_on", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unreadable_since", sa.DateTime(), nullable=True),
        sa.Column("deactivated", sa.String(), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["newest_assessment_id"],
            ["assessment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["publisher_id"],
            ["publisher.id"],
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shown_assessment_id"],
            ["assessment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("slug"),
    )
    with op.batch_alter_table("software", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_software_deactivated"), ["deactivated"], unique=False)
        batch_op.create_index(batch_op.f("ix_software_modified_at"), ["modified_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_software_publisher_id"), ["publisher_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_software_repository_id"), ["repository_id"], unique=False)

    # ### end Alembic commands ###


def downgrade() -> None:

    with op.batch_alter_table("software", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_software_repository_id"))
        batch_op.drop_index(batch_op.f("ix_software_publisher_id"))
        batch_op.drop_index(batch_op.f("ix_software_modified_at"))
        batch_op.drop_index(batch_op.f("ix_software_deactivated"))

    op.drop_table("software")
    with op.batch_alter_table("harvest_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_harvest_item_run_id"))
        batch_op.drop_index("harvest_item_repository_at")

    op.drop_table("harvest_item")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_repository_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_file_hash"))

    op.drop_table("assessment")
    with op.batch_alter_table("repository", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_repository_declared_key"))
        batch_op.drop_index(batch_op.f("ix_repository_code_hosting_id"))

    op.drop_table("repository")
    with op.batch_alter_table("harvest_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_harvest_run_status"))
        batch_op.drop_index(batch_op.f("ix_harvest_run_harvest_id"))
        batch_op.drop_index(batch_op.f("ix_harvest_run_code_hosting_id"))

    op.drop_table("harvest_run")
    with op.batch_alter_table("code_hosting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_hosting_publisher_id"))

    op.drop_table("code_hosting")
    op.drop_table("stored_file")
    op.drop_table("slug")
    with op.batch_alter_table("publisher", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publisher_parent_id"))

    op.drop_table("publisher")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("event_entity")

    op.drop_table("event")
    op.drop_table("erasure")
