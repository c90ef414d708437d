"""The licence audit: verdicts in the order in which they were written

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("license_verdict", sa.Column("number", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE license_verdict SET number = ordered.number "
        "FROM (SELECT id, row_number() OVER (ORDER BY at, id) AS number FROM license_verdict) AS ordered "
        "WHERE ordered.id = license_verdict.id"
    )
    with op.batch_alter_table("license_verdict", schema=None) as batch_op:
        batch_op.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch_op.create_unique_constraint("license_verdict_number", ["number"])
        batch_op.drop_index("license_verdict_software_at")
        batch_op.create_index("license_verdict_software_number", ["software_id", "number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("license_verdict", schema=None) as batch_op:
        batch_op.drop_index("license_verdict_software_number")
        batch_op.create_index("license_verdict_software_at", ["software_id", "at"], unique=False)
        batch_op.drop_constraint("license_verdict_number", type_="unique")
        batch_op.drop_column("number")
