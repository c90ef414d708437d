"""The licence audit: verdicts, conclusions, waivers, methods

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "audit_method",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("policy_content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("license_list", sa.String(), nullable=False),
        sa.Column("texts", sa.String(), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit_method", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_method_at"), ["at"], unique=False)

    op.create_table(
        "license_conclusion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("license", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("files", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("license_conclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_license_conclusion_software_id"), ["software_id"], unique=False)

    op.create_table(
        "license_waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("license_waiver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_license_waiver_software_id"), ["software_id"], unique=False)

    op.create_table(
        "license_verdict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("software_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("declared", sa.String(), nullable=False),
        sa.Column("normalized", sa.String(), nullable=False),
        sa.Column("found", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("host_at", sa.DateTime(), nullable=True),
        sa.Column("concluded", sa.String(), nullable=False),
        sa.Column("conclusion_id", sa.Uuid(), nullable=True),
        sa.Column("codes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["conclusion_id"],
            ["license_conclusion.id"],
        ),
        sa.ForeignKeyConstraint(
            ["software_id"],
            ["software.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("license_verdict", schema=None) as batch_op:
        batch_op.create_index("license_verdict_software_at", ["software_id", "at"], unique=False)
