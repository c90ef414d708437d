"""What a look at a repository makes of the entry: every step, and every step back."""

from sqlmodel import func, select

from publiccode.registry import catalogue
from publiccode.registry.known import known_at, stored_candidate
from publiccode.registry.models import (
    AssessmentRecord,
    Event,
    HarvestItem,
    HarvestRun,
    Outcome,
    Reach,
    RepositoryRecord,
    Software,
    StoredFile,
)
from publiccode.registry.publishers import ListedPublisher
from publiccode.schemas.candidate import address_key
from publiccode.web.demo.agencies import LICENSES

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"
FORK = "https://git.qinglan.example/copies/petition"


def entry(world: World) -> Software:
    with world.store.reading() as session:
        found = session.exec(select(Software)).one()
        session.expunge_all()
    return found


def shown_name(world: World) -> str:
    with world.store.reading() as session:
        found = session.exec(select(Software)).one()
        shown = session.get(AssessmentRecord, found.shown_assessment_id)
        assert shown is not None
        assert shown.values is not None
        return str(shown.values["name"])


def rows(world: World) -> dict[str, int]:
    tables = (Software, AssessmentRecord, RepositoryRecord, StoredFile, Event)
    with world.store.reading() as session:
        return {table.__name__: session.exec(select(func.count()).select_from(table)).one() for table in tables}


def test_a_first_look_adds_the_entry(world: World) -> None:
    world.publish(URL)
    item = world.finds(URL, software(URL))
    found = entry(world)
    assert item.outcome is Outcome.ADDED
    assert (found.key, found.slug, found.name, found.deactivated) == (
        "git.yunwu.example/open/petition",
        "陳情系統",
        "陳情系統",
        "",
    )
    assert found.created_at == world.now


def test_an_unchanged_repository_writes_nothing_but_the_run(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    before = rows(world)
    world.later(days=1)
    assert world.same(URL).outcome is Outcome.UNCHANGED
    assert rows(world) == before
    with world.store.reading() as session:
        assert len(session.exec(select(HarvestRun)).all()) == len(session.exec(select(HarvestItem)).all()) == 2


def test_a_new_commit_with_the_same_file_is_no_new_assessment(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL), head="1" * 40)
    assert world.finds(URL, software(URL), head="2" * 40).outcome is Outcome.UNCHANGED
    assert rows(world)["AssessmentRecord"] == 1


def newest(world: World) -> AssessmentRecord:
    with world.store.reading() as session:
        found = session.get(AssessmentRecord, session.exec(select(Software)).one().newest_assessment_id)
        assert found is not None
        session.expunge_all()
    return found


def test_what_the_licence_texts_say_is_kept_and_told_anew_when_they_say_something_else(world: World) -> None:
    content, mit = software(URL, legal={"license": "MIT"}), (LICENSES / "MIT.txt").read_bytes()
    world.publish(URL)
    world.finds(URL, content, files={"LICENSE": mit})
    first = newest(world)
    assert (first.license_declared, first.license_concluded) == ("MIT", "MIT")
    world.finds(URL, content, head="1" * 40, files={"LICENSE": mit})
    assert newest(world).id == first.id
    with world.store.writing("test") as change:  # as texts did that did not know this licence
        change.session.get_one(AssessmentRecord, first.id).license_concluded = "NOASSERTION"
    world.finds(URL, content, head="2" * 40, files={"LICENSE": mit})
    assert (newest(world).id == first.id, newest(world).license_concluded) == (False, "MIT")


def test_what_lies_beside_a_file_of_another_catalogue_is_not_known(world: World) -> None:
    """Nobody looked, so that no rule may say that there is no licence file; an empty list of files says the opposite."""
    world.publish(URL)
    for head, looked in (("1" * 40, True), ("", False)):
        world.finds(URL, software(URL, name=head or "x"), head=head or "2" * 40, files={})
        with world.store.writing("test") as change:
            record = change.session.get_one(AssessmentRecord, newest(world).id)
            record.commit = head
        with world.store.reading() as session:
            known = known_at(session, [address_key(URL)], "another")[address_key(URL)]
        candidate = stored_candidate(world.store, known)
        assert candidate is not None
        assert candidate.license_files == (() if looked else None)


def test_a_broken_file_leaves_the_last_usable_version(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    world.later(days=1)
    broken_at = world.now
    assert world.finds(URL, b"name: [").outcome is Outcome.UNUSABLE
    found = entry(world)
    assert (found.unreadable_since, found.deactivated, shown_name(world)) == (broken_at, "", "陳情系統")
    world.later(days=1)
    assert world.finds(URL, b"name: {").outcome is Outcome.UNUSABLE
    assert entry(world).unreadable_since == broken_at
    assert world.finds(URL, software(URL, name="新陳情系統")).outcome is Outcome.UPDATED
    assert (entry(world).unreadable_since, shown_name(world)) == (None, "新陳情系統")


def test_an_invalid_file_is_shown(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, categories=["no-such-category"]))
    with world.store.reading() as session:
        assert session.exec(select(AssessmentRecord.valid, AssessmentRecord.usable)).one() == (False, True)
    assert entry(world).deactivated == ""


def test_unreachable_changes_nothing(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    for _ in range(5):
        world.later(days=2)
        assert world.fails(URL, Reach.UNKNOWN).outcome is Outcome.UNREACHABLE
    assert entry(world).deactivated == ""


def test_two_looks_a_day_apart_make_a_tombstone_and_an_answer_brings_it_back(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL), head="1" * 40)
    assert world.fails(URL, Reach.MISSING).outcome is Outcome.MISSING
    world.later(hours=23)
    assert world.fails(URL, Reach.MISSING).outcome is Outcome.MISSING
    assert entry(world).deactivated == ""
    world.later(hours=1)
    gone_at = world.now
    assert world.fails(URL, Reach.MISSING).outcome is Outcome.GONE
    assert (entry(world).deactivated, entry(world).deactivated_at) == ("gone", gone_at)
    world.later(days=9)
    assert world.same(URL, head="1" * 40).outcome is Outcome.UPDATED
    assert (entry(world).deactivated, entry(world).slug) == ("", "陳情系統")


def test_a_file_taken_away_is_withdrawn_after_two_looks(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    assert world.finds(URL, None, head="2" * 40).outcome is Outcome.NO_FILE
    world.later(hours=23)
    assert world.same(URL, head="2" * 40).outcome is Outcome.UNCHANGED
    assert entry(world).deactivated == ""
    world.later(hours=1)
    assert world.same(URL, head="2" * 40).outcome is Outcome.WITHDRAWN
    assert entry(world).deactivated == "withdrawn"
    assert world.finds(URL, software(URL)).outcome is Outcome.UPDATED
    assert entry(world).deactivated == ""


def test_a_technical_fork_is_linked_not_listed(world: World) -> None:
    world.publish(URL, FORK)
    world.finds(URL, software(URL))
    item = world.finds(FORK, software(URL))
    assert item.outcome is Outcome.TECHNICAL_FORK
    assert item.messages == [
        {
            "template": "The file names another repository: {url}. This one is not listed by itself; that entry links to it.",
            "values": {"url": URL},
        }
    ]
    assert rows(world)["Software"] == 1
    with world.store.reading() as session:
        fork = session.exec(select(RepositoryRecord).where(RepositoryRecord.url == FORK)).one()
        assert (fork.relation, fork.declared_key) == ("technical-fork", "git.yunwu.example/open/petition")


def test_an_entry_whose_file_turns_to_another_repository_becomes_a_tombstone(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    world.finds(URL, software(FORK))
    assert entry(world).deactivated == "technical-fork"
    world.finds(URL, software(URL))
    assert entry(world).deactivated == ""


def test_a_variant_is_an_entry_of_its_own(world: World) -> None:
    world.publish(URL, FORK)
    world.finds(URL, software(URL))
    assert world.finds(FORK, software(FORK, name="青嵐陳情", isBasedOn=[URL])).outcome is Outcome.ADDED
    with world.store.reading() as session:
        relations = dict(session.exec(select(RepositoryRecord.url, RepositoryRecord.relation)).all())
    assert relations == {URL: "original", FORK: "variant"}


def test_a_renamed_repository_is_the_same_entry(world: World) -> None:
    new = "https://git.yunwu.example/open/petition-system"
    world.publish(URL)
    assert world.finds(URL, software(new), moved_to=new).outcome is Outcome.ADDED
    assert entry(world).key == "git.yunwu.example/open/petition-system"
    world.publish(URL, new)
    assert world.finds(new, software(new)).outcome is Outcome.UPDATED
    assert world.finds(URL, software(new, name="x"), moved_to=new).outcome is Outcome.ALIAS
    assert rows(world)["Software"] == 1


def test_an_entry_follows_its_repository_to_a_new_address(world: World) -> None:
    new = "https://git.yunwu.example/open/petition-system"
    world.publish(URL)
    world.finds(URL, software(URL))
    assert world.finds(URL, software(new), moved_to=new).outcome is Outcome.UPDATED
    found = entry(world)
    assert (found.key, found.slug, found.url, found.deactivated) == (
        "git.yunwu.example/open/petition-system",
        "陳情系統",
        new,
        "",
    )


def test_an_alias_keeps_the_entry_when_its_main_address_leaves_the_list(world: World) -> None:
    new = "https://git.yunwu.example/open/petition-system"
    world.publish(URL, new)
    world.finds(new, software(new))
    assert world.finds(URL, software(new), moved_to=new).outcome is Outcome.ALIAS
    world.publish(URL)
    assert entry(world).deactivated == ""
    with world.store.reading() as session:
        record = session.get_one(RepositoryRecord, entry(world).repository_id)
        assert (record.url, record.relation) == (URL, "original")


def test_a_repository_that_returns_with_a_broken_file_shows_its_last_usable_one(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    world.fails(URL, Reach.MISSING)
    world.later(days=2)
    world.fails(URL, Reach.MISSING)
    assert world.finds(URL, b"name: [").outcome is Outcome.UNUSABLE
    assert (entry(world).deactivated, entry(world).unreadable_since, shown_name(world)) == ("", world.now, "陳情系統")


def test_a_time_out_after_a_missing_answer_is_told_as_a_time_out(world: World) -> None:
    world.publish(URL)
    world.fails(URL, Reach.MISSING)
    assert world.fails(URL, Reach.UNKNOWN).outcome is Outcome.UNREACHABLE
    world.later(days=2)
    assert world.fails(URL, Reach.MISSING).outcome is Outcome.GONE


def test_a_dangerous_address_is_not_shown(world: World) -> None:
    world.publish(URL)
    for url in ("javascript://git.yunwu.example/open/petition", "https://me:secret@git.yunwu.example/open/petition"):
        world.finds(URL, software(url))
        assert entry(world).url == URL


def test_a_name_is_one_line_of_bounded_length(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL, name="Peti\x1b[31mtion\n\n" + "x" * 5000))
    assert entry(world).name == ("Peti [31mtion " + "x" * 5000)[:200]


def test_slugs_are_never_reused(world: World) -> None:
    urls = [f"https://git.yunwu.example/open/{n}" for n in range(3)]
    world.publish(*urls)
    for url in urls:
        world.finds(url, software(url, name="Forms 2.0"))
    with world.store.reading() as session:
        assert sorted(session.exec(select(Software.slug)).all()) == ["forms-2-0", "forms-2-0-2", "forms-2-0-3"]


def test_every_change_is_logged_with_before_and_after_and_without_persons(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    world.later(days=1)
    world.finds(URL, software(URL, name="新陳情系統"))
    with world.store.reading() as session:
        events = list(session.exec(select(Event).order_by(Event.sequence)))  # type: ignore[arg-type]
        last = next(event for event in reversed(events) if event.entity == "software")
        assert (last.kind, last.actor, last.at) == ("changed", "harvest", world.now)
        assert last.before is not None
        assert last.after is not None
        assert (last.before["name"], last.after["name"]) == ("陳情系統", "新陳情系統")
        text = str([(event.before, event.after) for event in events])
        kept = str(session.exec(select(AssessmentRecord.values)).all())
    assert "林小雨" not in text + kept
    assert "lin@yunwu.example" not in text + kept


def test_an_empty_repository_is_told(world: World) -> None:
    from publiccode.registry.observations import Look
    from publiccode.schemas.candidate import Repository

    world.publish(URL)
    assert world.look(Look(URL, Reach.OK, Repository(URL))).outcome is Outcome.EMPTY
    assert rows(world)["Software"] == 0


def test_a_system_of_several_repositories_is_one_entry(world: World) -> None:
    core, pages, rules = (f"https://git.yunwu.example/water/{name}" for name in ("core", "pages", "rules"))
    world.publish(core, pages, rules)
    for url in (core, pages):
        world.finds(url, software(url, url.rpartition("/")[2]))
    world.list(ListedPublisher("yunwu", "雲霧市政府", systems={core: (pages, rules)}))
    assert world.finds(core, software(core, "core")).outcome is Outcome.UNCHANGED
    assert world.finds(pages, software(pages, "pages", softwareVersion="2")).outcome is Outcome.PART
    assert world.finds(rules, None).outcome is Outcome.PART
    with world.store.reading() as session:
        found = {software.name: software.deactivated for software in session.exec(select(Software))}
        assert found == {"core": "", "pages": "part"}
        shown = catalogue.entry_at(session, core)
        assert shown is not None
        assert [part.url for part in catalogue.relatives(session, shown).parts] == [pages, rules]
