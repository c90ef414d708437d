"""Hosts that list, other catalogues, proposals

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("judged", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_status"), ["status"], unique=False)

    op.create_table(
        "facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index("facts_repository_at", ["repository_id", "at"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=True),
        sa.Column("points", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index("activity_software_at", ["software_id", "at"], unique=False)

    op.create_table(
        "drift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=False),
        sa.Column("upstream", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=True),
        sa.Column("ahead", sa.Integer(), nullable=True),
        sa.Column("own_release", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("upstream_release", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("message", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("drift", schema=None) as batch_op:
        batch_op.create_index("drift_software_at", ["software_id", "at"], unique=False)

    op.create_table(
        "listing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hosting_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=True),
        sa.Column("original_hash", sa.String(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("quirks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["code_hosting_id"],
            ["code_hosting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hosting_id", "source_id"),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_code_hosting_id"), ["code_hosting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_software_id"), ["software_id"], unique=False)

    with op.batch_alter_table("code_hosting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("driver", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("part_of", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("listed_until", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("full_listing_at", sa.DateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_code_hosting_part_of"), ["part_of"], unique=False)

    with op.batch_alter_table("harvest_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wishes", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("listing", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("listed", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("resume_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("milliseconds", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("requests", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("bytes_sent", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("bytes_received", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("repository", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_repository_host_id"), ["host_id"], unique=False)
