"""What kind of licence an id is."""

import doctest

import pytest

from publiccode.schemas.licensing import families
from publiccode.schemas.licensing.families import Family, base, family, for_content, is_fsf, is_later, is_osi, kin, line
from publiccode.schemas.vocabularies import licenses

FAMILIES = {
    "MIT": Family.PERMISSIVE,
    "apache-2.0": Family.PERMISSIVE,
    "CECILL-B": Family.PERMISSIVE,
    "EUPL-1.2": Family.WEAK_COPYLEFT,
    "EUPL-1.1+": Family.WEAK_COPYLEFT,
    "MPL-2.0-no-copyleft-exception": Family.WEAK_COPYLEFT,
    "LGPL-3.0-or-later": Family.WEAK_COPYLEFT,
    "GPL-2.0": Family.STRONG_COPYLEFT,
    "GPL-2.0-with-classpath-exception": Family.STRONG_COPYLEFT,
    "AGPL-3.0-only": Family.NETWORK_COPYLEFT,
    "OSL-3.0": Family.NETWORK_COPYLEFT,
    "CC0-1.0": Family.PUBLIC_DOMAIN,
    "CC-BY-4.0": Family.CONTENT,
    "CC-BY-3.0-DE": Family.CONTENT,
    "OGDL-Taiwan-1.0": Family.CONTENT,
    "Etalab-2.0": Family.CONTENT,
    "GFDL-1.3-no-invariants-or-later": Family.CONTENT,
    "CC-BY-NC-4.0": Family.NON_FREE,
    "CC-BY-NC-SA-3.0-DE": Family.NON_FREE,
    "CC-BY-ND-4.0": Family.NON_FREE,
    "JSON": Family.NON_FREE,
    "BUSL-1.1": Family.NON_FREE,
    "SSPL-1.0": Family.NON_FREE,
    "BSD-3-Clause-No-Military-License": Family.NON_FREE,
    "BSD-3-Clause-OpenWebUI": Family.UNKNOWN,
    "LicenseRef-x": Family.UNKNOWN,
    "": Family.UNKNOWN,
}


def test_documented_examples_hold() -> None:
    assert doctest.testmod(families).failed == 0


@pytest.mark.parametrize("identifier", FAMILIES)
def test_family(identifier: str) -> None:
    assert family(identifier) is FAMILIES[identifier]


def test_what_osi_or_fsf_approved_has_a_family_that_is_free() -> None:
    approved = [identifier for identifier, entry in licenses().values() if entry.get("osi") or entry.get("fsf")]
    without = [name for name in approved if family(name) in (Family.UNKNOWN, Family.NON_FREE)]
    assert without == ["OSC-1.0"]  # of which we have read too little


def test_every_line_of_the_data_names_a_licence_of_the_list() -> None:
    known = {base(identifier).lower() for identifier, _ in licenses().values()}
    named = [name for names in families._table().values() for name in names]
    assert [name for name in named if not name.endswith("*") and base(name).lower() not in known] == []
    starts = [name[:-1].lower() for name in named if name.endswith("*")]
    assert [start for start in starts if not any(name.startswith(start) for name in known)] == []
    assert len(named) == len(set(named))


def test_flags_of_ids_old_and_new() -> None:
    old = "GPL-2.0-with-classpath-exception"
    assert [is_fsf("BSD-2-Clause-Views"), is_osi("BSD-2-Clause-Views")] == [True, False]
    assert [is_osi(name) for name in ("MIT", old, "CC0-1.0", "JSON", "no")] == [True, True, False, False, False]
    assert [is_fsf(name) for name in ("CC0-1.0", "CC-BY-4.0", "CC-BY-3.0", "AGPL-1.0-only")] == [
        True,
        True,
        False,
        True,
    ]


def test_made_for_content_free_or_not() -> None:
    names = ("CC-BY-4.0", "CC-BY-NC-4.0", "OGL-UK-3.0", "CC0-1.0", "MIT", "LicenseRef-x")
    assert [for_content(name) for name in names] == [True, True, True, False, False, False]


def test_lines_versions_and_kin() -> None:
    assert is_later("GPL-3.0-only", "GPL-2.0-or-later")
    assert not is_later("AGPL-3.0-only", "GPL-2.0-or-later")
    assert not is_later("GPL-2.0-only", "GPL-2.0-or-later")
    assert line("CC-BY-SA-4.0") != line("CC-BY-4.0")
    assert kin("BSD-3-Clause-Clear", "BSD-3-Clause")
    assert kin("MIT", "MIT-0")
    assert kin("BSD-2-Clause", "BSD-3-Clause")
    assert not kin("CC-BY-4.0", "CC-BY-SA-4.0")
    assert not kin("GPL-3.0-only", "AGPL-3.0-only")
    assert not kin("MIT", "ISC")
