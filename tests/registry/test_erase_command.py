"""`publiccode erase`: what it prints, what it leaves in the index, and what keeps it from ending well."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from publiccode.registry.following import follow
from publiccode.registry.proposals import Offer, proposals, propose
from publiccode.registry.search import Request
from publiccode.registry.search.engines import open_index
from publiccode.web.commands.erase import command

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"


def run(world: World, tmp_path: Path, contact: str) -> Result:
    settings = {"PUBLICCODE_DATA": str(tmp_path), "PUBLICCODE_DATABASE_URL": world.store.url}
    return CliRunner().invoke(command, ["--contact", contact, "--by", "Chen"], env=settings)


@pytest.fixture
def petition(world: World) -> World:
    world.publish(URL)
    texts = {"en": {"shortDescription": "Written by Zebedeus Quux", "features": ["x"]}}
    maintenance = {"type": "internal", "contacts": [{"name": "Zebedeus Quux"}]}
    world.finds(URL, software(URL, description=texts, maintenance=maintenance))
    return world


def test_says_whose_files_named_the_person_and_builds_the_index_anew(petition: World, tmp_path: Path) -> None:
    index = open_index("tantivy", tmp_path / "index")
    follow(petition.store, index)
    done = run(petition, tmp_path, "Zebedeus Quux")
    assert done.output == (
        f"Taken out of the stored files of these repositories, and of every later harvest:\n  {URL}\n"
        "Next: ask their owners to take the person out of the repositories as well.\n"
    )
    assert done.exit_code == 0
    assert [hit.total for hit in (index.search(Request("Zebedeus")), index.search(Request("written")))] == [0, 1]


def test_backups_are_remembered(petition: World, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "publiccode-backup-20260301T000000Z.tar.gz").touch()
    assert run(petition, tmp_path, "Zebedeus Quux").output.splitlines()[-1] == (
        f"Next: the 1 backups in {tmp_path}/backups may still hold the person; delete them, and make a new one."
    )


def test_nobody_found(petition: World, tmp_path: Path) -> None:
    done = run(petition, tmp_path, "Anna Bianchi")
    assert (done.exit_code, done.output) == (
        0,
        "No stored file names that person; a later harvest will leave the person out.\n",
    )


def test_what_others_wrote_is_listed(petition: World, tmp_path: Path) -> None:
    propose(petition.store, Offer("https://git.yunwu.example/open/other", remark="Ask ＺＥＢＥＤＥＵＳ Quux's office."))
    done = run(petition, tmp_path, "Zebedeus Quux")
    assert done.output.startswith(
        "Taken out of what readers and auditors wrote (read whether it still says what it should):\n"
        "  the remark of proposal 1\nTaken out of the stored files of these repositories"
    )
    with petition.store.reading() as session:
        assert [one.remark for one in proposals(session)] == ["Ask (erased)'s office."]


def test_a_reader_is_told_of_and_the_next_erase_ends_it(petition: World, tmp_path: Path) -> None:
    database = petition.store.url.removeprefix("sqlite:///")
    reader = sqlite3.connect(database, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM stored_file").fetchone()
    done = run(petition, tmp_path, "Zebedeus Quux")
    assert done.exit_code == 3
    assert f"  {URL}\n" in done.output
    assert "stays in the write-ahead log until the readers end" in done.output
    reader.close()
    assert run(petition, tmp_path, "Zebedeus Quux").exit_code == 0
    files = Path(database).parent.glob("registry.sqlite*")
    assert not any(b"Zebedeus" in file.read_bytes() for file in files)


def test_one_letter_is_no_person(petition: World, tmp_path: Path) -> None:
    done = run(petition, tmp_path, " x ")
    assert done.exit_code == 2
    assert done.output.endswith("Error: Invalid value for --contact: at least two characters are needed\n")
