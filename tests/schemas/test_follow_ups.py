"""What the reference validator reports besides, as a consequence of a finding that we have."""

import pytest

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.follow_ups import follow_ups
from publiccode.schemas.validator import assess, read

from ..invalid import VALID, changed


def besides(text: str) -> list[tuple[str, str, int]]:
    candidate = Candidate(RepositoryFile("publiccode.yml", text.encode()))
    document = read(candidate)
    found = follow_ups(document, assess(candidate, document).findings)
    return [(one.rule, one.key, one.line) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (VALID, []),
        (changed("name: Lamplight", "name: [Lamplight]"), [("key-required", "name", 2)]),
        (changed("platforms:\n  - web\n", "platforms: web\n"), [("key-required", "platforms", 4)]),
        (changed("localisationReady: true", "localisationReady: yes"), [
            ("key-required", "localisation.localisationReady", 21),
            ("key-required", "localisation.availableLanguages", 22),
        ]),
        (changed("  license: EUPL-1.2", "  license: EUPL-1.2\n  foo: x"), [("key-required", "legal.license", 17)]),
        (changed("legal:\n  license: EUPL-1.2", "legal: EUPL-1.2"), [("key-required", "legal.license", 16)]),
        (changed("    features:\n      - Map of all lamps", "    features: Map"), [("key-required", "description", 8)]),
        (changed("  en:\n", "  english:\n"), [("language-known", "description", 8)]),
        (changed("    features:", "    videos:\n      - ABC\n    features:"), [("video-host", "description.en.videos[0]", 15)]),
        (VALID + "x-internal: 1\n", []),
        ("name: [\n", []),
    ],
)  # fmt: skip
def test_consequences(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert besides(text) == expected
