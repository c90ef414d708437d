"""Who writes: refused where a name would publish a person, taken out of the log with a person, kept where somebody answers."""

from __future__ import annotations

import pytest
from sqlmodel import select

from publiccode.registry.actors import ActorError
from publiccode.registry.erasure import erase
from publiccode.registry.models import ErasureRecord, Event

from ..looks import World

WHO = "Zebedeus Quux"


def events(world: World) -> list[tuple[str, str, object]]:
    with world.store.reading() as session:
        rows = session.exec(select(Event).where(Event.kind == "decided").order_by("sequence")).all()
        return [(row.entity, row.actor, row.after) for row in rows]


def test_a_person_is_taken_out_of_the_log_but_not_of_what_somebody_answers_for(world: World) -> None:
    with world.store.writing(WHO, world.now) as change:
        for entity in ("proposal", "license_conclusion", "software"):
            change.log(entity, "1", "decided", None, {"decided_by": WHO, "name": WHO})
        change.session.add(ErasureRecord(digest="0", at=change.at, actor=WHO, reason=f"asked {WHO}"))
    done = erase(world.store, WHO, "Chen", at=world.now)
    assert done.texts == ["actor of erasure: 1", "reason of erasure: 1", "who wrote, in 5 places of the log"]
    assert events(world) == [
        ("proposal", "(erased)", {"decided_by": "(erased)", "name": WHO}),
        ("license_conclusion", WHO, {"decided_by": WHO, "name": WHO}),
        ("software", "(erased)", {"decided_by": WHO, "name": WHO}),
    ]


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("zeb@yunwu.example", "has an e-mail address"), ("ｚｅｂ＠yunwu.example", "e-mail"), (WHO, "was taken out")],
)
def test_a_name_that_would_publish_a_person_writes_nothing(world: World, who: str, refusal: str) -> None:
    erase(world.store, WHO, "Chen", at=world.now)
    before = len(events(world))
    with pytest.raises(ActorError, match=refusal), world.store.writing(who, world.now) as change:
        change.log("software", "1", "decided", None, None)
    assert len(events(world)) == before
