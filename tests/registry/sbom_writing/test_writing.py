"""What is written: the same in all forms, accepted by the tools of the field, read back as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from ntia_conformance_checker.ntia_checker import NTIAChecker
from spdx_python_model.bindings import v3_0_1 as spdx3

from publiccode.registry.audit.report import Kind, Scope, ScopeError
from publiccode.registry.sbom_writing import FORMS, Bill, Extract, Item, Place, Relation, pieces
from publiccode.registry.sbom_writing.clean import line, organisation, text
from publiccode.registry.sbom_writing.copied import MOST_COPIED
from publiccode.registry.sbom_writing.validity import complaints, complaints_of_spdx3
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.sbom import Package, Sbom, State, read

from ...audited import NAMES
from .world import bill, fill

ALL, LEDGER = Scope(), Scope(Kind.SOFTWARE, "帳本-ledger")
HEAD = "0" * 34 + "02a97d"
REF = "SPDXRef-ledger-5364c814dd87"
COPIED = "Bill of materials 1 of this software: sbom.spdx.json at commit " + "e" * 40


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('written') / 'registry.db'}")
    upgrade(made)
    fill(made)
    yield made
    made.close()


def written(one: Bill, form: str) -> bytes:
    return "".join(pieces(one, form)).encode()


def test_an_entry_says_where_each_statement_is_from(store: Store) -> None:
    item = bill(store, LEDGER).items[0]
    why = (
        "Concluded by comparing the licence files with the texts of the SPDX licence list: GPL-3.0-only. The text is that of "
        "GPL-3.0, which does not tell whether later versions are allowed; “-only” is what it allows at least. Verdict: mismatch."
    )
    assert item == Item(
        ref=REF,
        name="帳本 Ledger",
        version=HEAD,
        supplier="Bureau of Mist",
        download=f"git+{NAMES[0]}@{HEAD}",
        declared="MIT",
        concluded="GPL-3.0-only",
        license_comments=f"2026-03-02: {why}",
        copyright="Copyright 2026 Mist",
        purl=f"pkg:github/mist-office/ledger@{HEAD}",
        page="https://catalogue.example/software/%E5%B8%B3%E6%9C%AC-ledger",
        source=f"publiccode.yml at {HEAD} of {NAMES[0]}",
        comment=item.comment,
        purpose="APPLICATION",
        statements=item.statements,
    )
    assert item.comment.splitlines() == [
        item.comment.splitlines()[0],
        f"Copyright lines found in the files at commit {'e' * 40}, 2026-05-04.",
    ]
    assert item.comment.startswith(
        "The packages below it are copied from its bill of materials 1 (sbom.spdx.json, SPDX 2.3 JSON, "
    )
    digest = "50a5bcb33cd0d4e7fdddd5ef0b1e80fc09860287b3f9dc2bc3a852ed1c7f94ef"
    assert [(one.at.isoformat(), one.text) for one in item.statements] == [
        (
            "2026-03-02T01:00:00+00:00",
            f"Declared under legal.license in publiccode.yml at commit {HEAD} of {NAMES[0]}: MIT",
        ),
        ("2026-03-02T01:00:00+00:00", f"Found in LICENSE, lines 1-40: GPL-3.0-only (by its text) (SHA-256 {digest})"),
        ("2026-03-02T01:00:00+00:00", why),
    ]


def test_what_an_entry_consists_of_is_copied_without_persons(store: Store) -> None:
    one = bill(store, LEDGER)
    refs = [f"{REF}-1-{number:06}" for number in range(5)]
    assert one.items[1:] == tuple(
        Item(
            ref=refs[number + 1],
            name=name,
            version="1",
            supplier=supplier,
            download=f"https://registry.example.org/{name}.tgz",
            declared=declared,
            concluded=concluded,
            license_comments=comments,
            purl=f"pkg:npm/{name}@1",
            checksum=("SHA256", f"{number:064x}"),
            source=COPIED,
        )
        for number, (name, supplier, declared, concluded, comments) in enumerate(
            (
                ("left", "Left Ltd", "MIT", "NOASSERTION", ""),
                ("right", "", "LicenseRef-own", "LicenseRef-own AND MIT", ""),
                ("alone", "", "GPL-2.0-or-later OR MIT", "NONE", ""),
                ("odd", "", "NOASSERTION", "NOASSERTION", "No SPDX expression, as written: do what you want"),
            )
        )
    )
    assert one.relations == (
        Relation(REF, "DEPENDS_ON", refs[1]),
        Relation(refs[1], "DEPENDS_ON", refs[2]),
        Relation(refs[2], "DEPENDS_ON", refs[1]),
        Relation(REF, "DEPENDS_ON", refs[3]),
        Relation(REF, "DEPENDS_ON", refs[4]),
    )
    assert one.extracts == (Extract("LicenseRef-own", "Own", "Ask Ada Ltd.", f"{COPIED}."),)
    for form in FORMS:
        said = written(one, form).decode()
        assert "ada@x.example" not in said
        assert "Person:" not in said


def test_licences_of_ones_own_have_the_text_of_their_file_or_none(store: Store) -> None:
    one = bill(store, ALL)
    named = {
        item.name: (item.declared, item.concluded)
        for item in one.items
        if "LicenseRef-" in item.declared + item.concluded
    }
    assert named == {
        "<b>Bells</b>": ("MIT", "LicenseRef-MIT-NC"),
        "Own words": ("LicenseRef-Own", "LicenseRef-Own"),
        "right": ("LicenseRef-own-2", "LicenseRef-own-2 AND MIT"),
    }
    assert one.extracts == (
        Extract(
            "LicenseRef-MIT-NC",
            "LicenseRef-MIT-NC",
            "NOASSERTION",
            "The catalogue knows no file with the text of LicenseRef-MIT-NC, which b-bells-b names.",
        ),
        Extract(
            "LicenseRef-Own",
            "LicenseRef-Own",
            "Use it,\nbut ‹/text› ask us.",
            f"From LICENSES/LicenseRef-Own.txt at commit {'c' * 40} of https://code.city/own.",
        ),
        Extract("LicenseRef-own-2", "Own", "Ask Ada Ltd.", f"{COPIED}."),
    )
    bells = next(item for item in one.items if item.name == "<b>Bells</b>")
    assert bells.license_comments == (
        "2026-04-07: Concluded by an auditor of the catalogue (conclusion 1): LicenseRef-MIT-NC. Reason: The words forbid sale."
    )
    assert all("Lin Yu" not in written(one, form).decode() for form in FORMS)


def test_a_variant_descends_from_its_upstream_also_where_that_is_of_others(store: Store) -> None:
    one = bill(store, Scope(Kind.PUBLISHER, "city"))
    assert [item.ref for item in one.items] == ["SPDXRef-b-bells-b", "SPDXRef-copy", "SPDXRef-own-words", REF]
    assert one.described == ("SPDXRef-b-bells-b", "SPDXRef-copy", "SPDXRef-own-words")
    assert one.relations == (Relation("SPDXRef-copy", "DESCENDANT_OF", REF),)
    copy = one.items[1]
    assert (copy.purpose, copy.homepage, copy.supplier, copy.download) == (
        "LIBRARY",
        "https://copy.example/",
        "City of Bells [Bureau]",
        "https://gitlab.example/copy",
    )
    assert copy.comment.splitlines()[0] == f"Based on: {NAMES[0]}, https://elsewhere.example/x."


def test_a_publisher_is_told_with_all_below_it_or_alone(store: Store) -> None:
    below, alone = bill(store, Scope(Kind.BELOW, "mist")), bill(store, Scope(Kind.PUBLISHER, "mist"))
    assert {item.supplier for item in alone.items} == {"霧務部"}
    assert {item.supplier for item in below.items} == {"霧務部", "Bureau of Mist", "Left Ltd", ""}
    assert (alone.name, below.name) == (
        "霧務部 – Catalogue of Mist",
        "霧務部, with all bodies below it – Catalogue of Mist",
    )
    with pytest.raises(ScopeError):
        bill(store, Scope(Kind.SOFTWARE, "nothing"))


def test_the_same_state_gives_the_same_bytes_and_another_one_another_namespace(store: Store) -> None:
    first, later = bill(store, ALL), bill(store, ALL, datetime(2027, 1, 1, tzinfo=UTC))
    assert first == later
    assert first.created == datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
    for form in FORMS:
        assert written(first, form) == written(later, form)
    march = bill(store, ALL, datetime(2026, 3, 31, tzinfo=UTC))
    assert (march.created, len(march.items)) == (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), 5)
    spaces = [one.namespace() for one in (first, march, bill(store, LEDGER))]
    assert len(set(spaces)) == 3
    assert all(space.startswith("https://catalogue.example/spdx/") for space in spaces)
    assert bill(store, LEDGER).namespace("spdx3").startswith("https://catalogue.example/spdx3/")
    assert bill(store, LEDGER, place=Place()).namespace().startswith("urn:uuid:")


def comparable(found: Sbom) -> tuple[list[Package], set[tuple[str, str, str]], set[tuple[str, str]]]:
    """What a document says, without how its format writes ids."""

    def name(ref: str) -> str:
        return ref.removeprefix("SPDXRef-").rpartition("#")[2]

    related = {(name(one.source), one.kind, name(one.target)) for one in found.relationships if one.kind != "DESCRIBES"}
    return (
        [replace(package, ref=name(package.ref)) for package in found.packages],
        related,
        {(one.ref, one.text) for one in found.extracted},
    )


def test_all_three_read_back_as_what_was_written(store: Store) -> None:
    one = bill(store, ALL)
    documents = {form: read(written(one, form)) for form in FORMS}
    assert [document.title for document in documents.values()] == [form.title for form in FORMS.values()]
    expected = [
        Package(
            ref=item.ref.removeprefix("SPDXRef-"),
            name=item.name,
            version=item.version,
            supplier=item.supplier and f"Organization: {item.supplier}",
            purl=item.purl,
            download=item.download,
            declared=item.declared,
            concluded=item.concluded,
            license=package.license,
            state=package.state,
            checksum=":".join(filter(None, item.checksum)),
            copyright=item.copyright,
            kind=item.purpose.lower(),
        )
        for item, package in zip(one.items, documents["spdx-json"].packages, strict=True)
    ]
    assert {(package.name, package.license, package.state) for package in expected} >= {
        ("Atlas", "EUPL-1.2", State.KNOWN),
        ("alone", "", State.NONE),
        ("right", "LicenseRef-own-2 AND MIT", State.UNKNOWN),
        ("odd", "", State.NOASSERTION),
    }
    related = {
        (item.source.removeprefix("SPDXRef-"), item.kind, item.target.removeprefix("SPDXRef-"))
        for item in one.relations
    }
    for document in documents.values():
        assert comparable(document) == (expected, related, {(extract.ref, extract.text) for extract in one.extracts})
        assert (document.made_at, document.tools) == (one.created, (one.tool,))
        assert document.authors == ("Organization: Catalogue of Mist",)
        assert len(document.describes) == len(one.described)


def hostile() -> Bill:
    """A document of names that are made to break what holds them."""
    names = (
        "line\r\nPackageName: other",
        "a</text>b",
        "<text>never closed",
        "< / TEXT >",
        "half \ud800 character",
        "nul \x00 bell \x07 \x1b[31m",
        "\u2028next\u2029 \x85line \x0b\x0c",
        "‮gnp.exe",
        "x" * 10_000,
        "NOASSERTION",
        "PackageName",
        "Person: Ada (ada@x.example)",
        "Tool: x",
        "SHA1: abc",
        "2026-05-01T00:00:00Z",
        "# comment",
        "",
        "   ",
        "Relationship: SPDXRef-a DESCRIBES SPDXRef-b",
        "陳情系統 🏛️",
    )
    items = tuple(
        Item(
            ref=f"SPDXRef-{number}",
            name=line(name) or "empty",
            version=line(name),
            supplier=organisation(name),
            declared=f"LicenseRef-{number}",
            copyright=text(name),
            comment=text(name),
            source=line(name),
            license_comments=text(f"{name}\n{name}"),
        )
        for number, name in enumerate(names)
    )
    extracts = tuple(
        Extract(f"LicenseRef-{number}", line(name) or "empty", text(f"{name}\n\n{name}") or "NOASSERTION", text(name))
        for number, name in enumerate(names)
    )
    made = datetime(2026, 5, 1, tzinfo=UTC)
    head = (
        line("Hostile </text>\nname"),
        "catalogue",
        made,
        organisation("(x) </text>"),
        "tool-1",
        "comment",
        "3.29.0",
        "",
    )
    return Bill(*head, items, tuple(item.ref for item in items), (), extracts)


def test_hostile_names_break_nothing() -> None:
    one = hostile()
    assert list(complaints(one)) == []
    assert list(complaints_of_spdx3(one)) == []
    documents = [comparable(read(written(one, form))) for form in FORMS]
    assert documents[0] == documents[1] == documents[2]
    said = [(package.name, package.version, package.copyright) for package in documents[0][0]]
    assert said == [(item.name, item.version, item.copyright) for item in one.items]
    assert [item.name for item in one.items] == [
        "line PackageName: other",
        "a‹/text›b",
        "‹text›never closed",
        "‹ / TEXT ›",
        "half \ufffd character",
        "nul bell [31m",
        "next line",
        "gnp.exe",
        "x" * 999 + "…",
        "“NOASSERTION”",
        "“PackageName”",
        "“Person: Ada (ada@x.example)”",
        "“Tool: x”",
        "“SHA1: abc”",
        "“2026-05-01T00:00:00Z”",
        "# comment",
        "empty",
        "empty",
        "Relationship: SPDXRef-a DESCRIBES SPDXRef-b",
        "陳情系統 🏛️",
    ]


def test_the_tools_of_the_field_accept_it(store: Store, tmp_path: Path) -> None:
    one = bill(store, ALL)
    assert list(complaints(one)) == []
    assert list(complaints_of_spdx3(one)) == []
    for form, kind in FORMS.items():
        (tmp_path / f"all.{kind.suffix}").write_bytes(written(one, form))
    (tmp_path / "hostile.spdx").write_bytes(written(hostile(), "spdx-tag-value"))
    for name in ("all.spdx.json", "all.spdx", "hostile.spdx"):
        # As a process: its first one writes the tables of the parser beside the program, and says so.
        tool = [sys.executable, "-m", "spdx_tools.spdx.clitools.pyspdxtools", "-i", str(tmp_path / name)]
        told = subprocess.run(tool, capture_output=True, text=True, check=False)
        complained = told.stderr.replace("Generating LALR tables\n", "")
        assert (told.returncode, told.stdout, complained) == (0, "", ""), name
    entry = bill(store, LEDGER)
    complete = replace(entry, items=tuple(replace(item, supplier=item.supplier or "Somebody") for item in entry.items))
    for form, spec in (("spdx-json", "spdx2"), ("spdx-tag-value", "spdx2"), ("spdx3-json", "spdx3")):
        file = tmp_path / f"entry.{FORMS[form].suffix}"
        file.write_bytes(written(complete, form))
        assert NTIAChecker(str(file), validate=False, sbom_spec=spec).compliant, form


def test_the_bindings_of_spdx_3_read_it(store: Store) -> None:
    objects = spdx3.SHACLObjectSet()
    spdx3.JSONLDDeserializer().read(BytesIO(written(bill(store, LEDGER), "spdx3-json")), objects)
    ledger = next(one for one in objects.foreach_type(spdx3.software_Package) if one.name == "帳本 Ledger")
    supplier = ledger.suppliedBy
    assert isinstance(supplier, spdx3.Organization)
    assert supplier.name == "Bureau of Mist"
    said = {
        str(one.relationshipType).rpartition("/")[2]: one.to[0].simplelicensing_licenseExpression
        for one in objects.foreach_type(spdx3.Relationship)
        if one.from_ is ledger and isinstance(one.to[0], spdx3.simplelicensing_LicenseExpression)
    }
    assert said == {"hasDeclaredLicense": "MIT", "hasConcludedLicense": "GPL-3.0-only"}
    statements = [str(one.statement) for one in objects.foreach_type(spdx3.Annotation) if one.subject is ledger]
    assert sorted(statements)[1].startswith("2026-03-02T01:00:00Z Declared under legal.license in publiccode.yml")


def test_the_validator_finds_in_pieces_what_it_finds_as_a_whole(store: Store) -> None:
    one = bill(store, ALL)
    wrong = replace(one.items[0], homepage="nowhere", declared="LicenseRef-lost")
    broken = replace(
        one, items=(wrong, *one.items[1:]), relations=(*one.relations, Relation(wrong.ref, "CONTAINS", "SPDXRef-x"))
    )
    told = list(complaints(broken))
    only = "license_expression must only use IDs from the license list or extracted licensing info, but is:"
    assert told == [
        f"{wrong.ref}: Unrecognized license reference: LicenseRef-lost. {only} LicenseRef-lost",
        f"{wrong.ref}: homepage must be a valid URL, but is: nowhere",
        'SPDXRef-DOCUMENT: did not find the referenced spdx_id "SPDXRef-x" in the SPDX document',
    ]
    twice = complaints(replace(one, items=(*one.items, one.items[0])))
    assert next(twice) == f"{one.items[0].ref}: stands 2 times"


def test_more_packages_than_are_copied_are_told_and_left_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_COPIED == 20_000
    monkeypatch.setattr("publiccode.registry.sbom_writing.gather.MOST_COPIED", 3)
    one = bill(store, LEDGER)
    assert (len(one.items), one.relations) == (1, ())
    assert "whose 5 packages are not copied: too many for this document." in one.items[0].comment


def test_json_is_json_with_a_line_for_each_package(store: Store) -> None:
    one = bill(store, LEDGER)
    said = written(one, "spdx-json").decode()
    values = json.loads(said)
    assert [package["SPDXID"] for package in values["packages"]] == [item.ref for item in one.items]
    assert sum(row.startswith('{"SPDXID": "SPDXRef-ledger') for row in said.splitlines()) == len(one.items)
