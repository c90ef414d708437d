"""Bills of materials, scans, declarations, archived reports

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "archived_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("archived_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_archived_report_name"), ["name"], unique=False)

    op.create_table(
        "declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=True),
        sa.Column("publisher_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publisher_id"],
            ["publisher.id"],
        ),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declaration_publisher_id"), ["publisher_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_declaration_software_id"), ["software_id"], unique=False)

    op.create_table(
        "sbom",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("commit", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("packages", sa.Integer(), nullable=False),
        sa.Column("licenses", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("missing", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("message", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("sbom", schema=None) as batch_op:
        batch_op.create_index("sbom_software_number", ["software_id", "number"], unique=False)

    op.create_table(
        "scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("commit", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("with_license", sa.Integer(), nullable=False),
        sa.Column("with_copyright", sa.Integer(), nullable=False),
        sa.Column("compliant", sa.Boolean(), nullable=True),
        sa.Column("licenses", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("missing", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unused", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("deprecated", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("bad", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("without", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("without_count", sa.Integer(), nullable=False),
        sa.Column("copyrights", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("message", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index("scan_software_number", ["software_id", "number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_index("scan_software_number")

    op.drop_table("scan")
    with op.batch_alter_table("sbom", schema=None) as batch_op:
        batch_op.drop_index("sbom_software_number")

    op.drop_table("sbom")
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declaration_software_id"))
        batch_op.drop_index(batch_op.f("ix_declaration_publisher_id"))

    op.drop_table("declaration")
    with op.batch_alter_table("archived_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_archived_report_name"))

    op.drop_table("archived_report")
