"""What was listed last is found without looking at every entry

Revision: 0006, after 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index(op.f("ix_software_created_at"), "software", ["created_at"], unique=False)
