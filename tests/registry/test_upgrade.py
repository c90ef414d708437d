"""A later migration that builds anew a table to which others point."""

from pathlib import Path
from shutil import copytree

import pytest
from sqlmodel import select

from publiccode.registry.models import Event, Publisher
from publiccode.registry.upgrade import MIGRATIONS, newest, revision, upgrade

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"
LATER = '''"""A later migration."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{before}"


def upgrade():
    with op.batch_alter_table("publisher", recreate="always") as table:
        table.add_column(sa.Column("remark", sa.String(), nullable=False, server_default="none"))
    {more}
'''


def later(folder: Path, more: str = "") -> Path:
    """The migrations with one more, in a folder of their own."""
    migrations = Path(copytree(MIGRATIONS, folder / "migrations"))
    (migrations / "versions" / "later.py").write_text(LATER.format(before=newest(), more=more))
    return migrations


def test_a_table_that_others_point_to_is_built_anew(world: World, tmp_path: Path) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    migrations = later(tmp_path)
    assert upgrade(world.store, migrations) == (newest(), "later")
    with world.store.reading() as session:
        connection = session.connection()
        rows = connection.exec_driver_sql("SELECT identifier, remark FROM publisher").all()
        assert [tuple(row) for row in rows] == [("yunwu", "none")]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        children = connection.exec_driver_sql("PRAGMA foreign_key_list(code_hosting)").all()
        assert [row[2] for row in children] == ["publisher"]


def test_a_migration_that_leaves_rows_pointing_nowhere_changes_nothing(world: World, tmp_path: Path) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    migrations = later(tmp_path, 'op.execute("DELETE FROM publisher")')
    with pytest.raises(RuntimeError) as caught:
        upgrade(world.store, migrations)
    assert str(caught.value) == (
        "after the migration 2 rows would point nowhere: code_hosting → publisher, software → publisher"
    )
    assert revision(world.store) == newest()
    with world.store.reading() as session:
        assert [publisher.identifier for publisher in session.exec(select(Publisher))] == ["yunwu"]
        assert session.exec(select(Event)).first() is not None
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
