"""The declared licence beside what the licence files say."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.finding import message
from publiccode.schemas.licensing.expression import parse_expression
from publiccode.schemas.licensing.found import NOASSERTION, Identification, Means, Part, Remark
from publiccode.schemas.licensing.verdict import _MILDEST, Code, FoundFile, LicenseVerdict, judge
from publiccode.schemas.licensing.verdict_texts import CODES, Explanation, explained

TEXT, NOTICE, NAME = Means.TEXT, Means.NOTICE, Means.NAME


def file(
    concluded: str, path: str = "LICENSE", means: Means = TEXT, remarks: tuple[Remark, ...] = (), target: str = ""
) -> FoundFile:
    """A file that gives the software under `concluded`."""
    words = [
        word for word in concluded.replace("(", "").replace(")", "").split() if word not in ("AND", "OR", NOASSERTION)
    ]
    parts = tuple(Part(word, means, 1.0, "en", ((1, 20),)) for word in words)
    return FoundFile(path, f"hash of {path}", Identification(concluded, (), parts, remarks), target)


def unsure(*ids: str, path: str = "LICENSE", remarks: tuple[Remark, ...] = ()) -> FoundFile:
    """A file in which texts stand, of which none can be said to be the software's."""
    parts = tuple(Part(id_, TEXT, 0.9, "en", ((1, 20),)) for id_ in ids)
    return FoundFile(path, f"hash of {path}", Identification(NOASSERTION, (), parts, remarks))


def codes(declared: str, *files: FoundFile, host: str = "") -> list[str]:
    return [str(code) for code in judge(declared, files, host).codes]


def concluded(declared: str, *files: FoundFile) -> str:
    return judge(declared, files).concluded


def test_the_whole_verdict() -> None:
    found = file("GPL-3.0-only")
    assert judge("gpl-3.0+", [found], "GPL-3.0") == LicenseVerdict(
        (Code.AGREE, Code.DEPRECATED_ID), "gpl-3.0+", "GPL-3.0-or-later", (found,), "GPL-3.0", "GPL-3.0-or-later"
    )


def test_a_text_does_not_tell_only_from_or_later() -> None:
    assert codes("GPL-3.0-or-later", file("GPL-3.0-only")) == ["agree"]
    assert codes("GPL-3.0-only", file("GPL-3.0-or-later", means=NOTICE)) == ["agree", "no-text"]
    assert concluded("GPL-3.0-or-later", file("GPL-3.0-only")) == "GPL-3.0-or-later"
    assert codes("OFL-1.1", file("OFL-1.1-no-RFN")) == ["agree"]


def test_choices_and_what_applies_together() -> None:
    both = (file("MIT", "LICENSE-MIT"), file("Apache-2.0", "LICENSE-APACHE"))
    assert codes("MIT OR Apache-2.0", *both) == ["agree"]
    assert codes("MIT AND Apache-2.0", *both) == ["agree"]
    assert codes("MIT", *both) == ["agree"]
    assert codes("MIT OR Apache-2.0", both[0]) == ["agree"]
    assert concluded("MIT OR Apache-2.0", both[0]) == "MIT"
    assert codes("MIT AND Apache-2.0", both[0]) == ["incomplete-text"]
    assert codes("MIT", file("MIT OR CECILL-B")) == ["agree"]
    assert codes("MIT", file("MIT AND Apache-2.0")) == ["agree", "several-texts"]
    assert codes("MIT", file("MIT AND OFL-1.1")) == ["agree"]
    assert codes("EUPL-1.1 AND (MIT OR ISC)", file("EUPL-1.1"), file("ISC", "LICENSE.ISC")) == ["agree"]


def test_exceptions_mostly_stand_elsewhere() -> None:
    declared = "GPL-2.0-only WITH Classpath-exception-2.0"
    assert codes(declared, file("GPL-2.0-only")) == ["agree"]
    assert concluded(declared, file("GPL-2.0-only")) == declared
    with_exception = Identification(declared, (), (Part("GPL-2.0-only", TEXT, 1.0),))
    assert codes("GPL-2.0-only", FoundFile("LICENSE", "1", with_exception)) == ["variant-differs"]
    assert codes(declared, FoundFile("LICENSE", "1", with_exception)) == ["agree"]


def test_another_licence() -> None:
    assert codes("AGPL-3.0-only", file("GPL-3.0-only")) == ["mismatch"]
    assert concluded("AGPL-3.0-only", file("GPL-3.0-only")) == "GPL-3.0-only"
    assert codes("MIT", file("EUPL-1.2"), file("Apache-2.0", "COPYING")) == ["mismatch"]
    assert concluded("MIT", file("EUPL-1.2"), file("Apache-2.0", "COPYING")) == NOASSERTION
    assert codes("MIT", file("EUPL-1.2", means=NOTICE)) == ["mismatch"]
    assert codes("MIT", file("EUPL-1.2", means=Means.TAG)) == ["mismatch"]
    assert codes("EUPL-1.1", file("EUPL-1.2")) == ["version-differs"]
    assert codes("AGPL-1.0-or-later", file("AGPL-3.0-only")) == ["version-differs"]
    assert codes("BSD-3-Clause-Clear", file("BSD-3-Clause")) == ["variant-differs"]
    assert codes("MIT-0", file("MIT")) == ["variant-differs"]
    assert codes("BSD-2-Clause", file("BSD-2-Clause-Views")) == ["agree"]


def test_what_cannot_be_compared_is_no_mismatch() -> None:
    assert codes("LicenseRef-ours", file("MIT")) == ["unknown"]
    assert codes("EUPL-1.2", file(NOASSERTION)) == ["unknown"]
    assert codes("EUPL-1.2", unsure("MIT", "Apache-2.0")) == ["several-texts"]
    assert codes("MIT", unsure("MIT", "Apache-2.0")) == ["several-texts"]
    assert codes("MIT", unsure("Apache-2.0")) == ["unknown"]
    assert codes("MIT", unsure("MIT")) == ["incomplete-text"]


def test_a_declared_licence_that_stands_there_for_something_else_is_no_mismatch() -> None:
    found = (Part("LGPL-2.0-only", TEXT, 1.0), Part("GPL-2.0-only", NOTICE), Part("ISC", NAME))
    collection = FoundFile("LICENSE", "1", Identification("LGPL-2.0-only", ("GPL-2.0-only", "ISC"), found))
    assert codes("GPL-2.0-or-later", collection) == ["several-texts"]
    assert said("GPL-2.0-or-later", collection) == ["The licence files hold LGPL-2.0, GPL-2.0."]
    assert codes("ISC", collection) == ["mismatch"]
    assert codes("LGPL-2.0-only", collection) == ["agree"]


def test_a_name_alone_is_no_mismatch() -> None:
    assert codes("MIT", file("EUPL-1.2", means=NAME)) == ["unknown"]
    assert codes("MIT", file("EUPL-1.2", means=Means.POINTER)) == ["unknown"]
    assert concluded("MIT", file("EUPL-1.2", means=NAME)) == "EUPL-1.2"
    assert codes("EUPL-1.1", file("EUPL-1.2", means=NAME)) == ["version-differs"]


def test_a_file_called_after_something_may_hold_the_licence_of_that() -> None:
    for path in ("LICENSE.bootstrap", "LICENSE.jquery.txt", "LICENSES.chromium.html", "LICENSE.Apache-2.0.lucene"):
        assert codes("EUPL-1.2", file("MIT", path)) == ["unknown"], path
        assert codes("EUPL-1.2", file("EUPL-1.2"), file("MIT", path)) == ["agree"], path
        assert codes("MIT", file("MIT", path)) == ["agree"], path
        assert codes("MIT", file("EUPL-1.2"), file("MIT", path)) == ["several-texts"], path
        assert codes("", file("MIT", path)) == ["not-declared", "unknown"], path
    for path in (
        "LICENSE.MIT",
        "LICENSE-APACHE-2.0.txt",
        "LICENSE_EN.md",
        "LICENSE.zh-TW.md",
        "LICENSE-code",
        "COPYING.LESSER",
        "LICENSE_中文.txt",
        "EUPL-1.2 EN.txt",
        "LICENSE.md.txt",
        "UNLICENSE",
        "COPYING3",
        "LICENSE-GPL",
        "LICENSE.BSD",
    ):
        assert codes("ISC", file("Apache-2.0", path)) == ["mismatch"], path


def test_files_that_speak_of_something_else_are_left_out() -> None:
    for path in (
        "LICENSES_THIRD_PARTY",
        "LICENSE-3rdparty.csv",
        "NOTICE",
        "COPYRIGHT.txt",
        "LICENSE.header",
        "license-docs.md",
    ):
        assert codes("BSD-3-Clause", file("BSD-3-Clause"), file("Apache-2.0", path)) == ["agree"], path
        assert codes("BSD-3-Clause", file("Apache-2.0", path)) == ["no-text"], path
    assert codes("GPL-2.0-only", file("GPL-2.0-only", "LICENSE and THIRDPARTYNOTICE.txt", NOTICE)) == [
        "agree",
        "no-text",
    ]


def test_the_folder_of_texts() -> None:
    texts = [file(name, f"LICENSES/{name}.txt") for name in ("EUPL-1.2", "CC0-1.0", "MIT")]
    assert codes("EUPL-1.2", *texts) == ["agree"]
    assert codes("EUPL-1.2", file(NOASSERTION, "license.md"), *texts) == ["agree"]
    assert codes("EUPL-1.2", file("EUPL-1.2", means=NAME), *texts) == ["agree"]
    assert codes("MIT AND EUPL-1.2", file("MIT"), *texts) == ["agree"]
    assert codes("Apache-2.0", *texts) == ["several-texts"]
    assert codes("Apache-2.0", texts[2]) == ["mismatch"]
    assert codes("MIT", file("EUPL-1.2"), *texts) == ["several-texts"]
    assert codes("LicenseRef-ours", file(NOASSERTION, "LICENSES/LicenseRef-ours.txt")) == ["agree"]
    assert codes("MIT", file(NOASSERTION, "LICENSES/LicenseRef-pictures.txt")) == ["unknown"]


def test_symbolic_links_are_followed_in_what_was_read() -> None:
    there = file("MPL-2.0", "LICENSES/MPL-2.0.txt")
    assert codes("MPL-2.0", file(NOASSERTION, target="LICENSES/MPL-2.0.txt"), there) == ["agree"]
    assert codes("MIT", file(NOASSERTION, target="LICENSES/MPL-2.0.txt"), there) == ["mismatch"]
    assert codes("MIT", file(NOASSERTION, target="../elsewhere")) == ["unknown"]


def test_texts_that_are_not_whole() -> None:
    in_part = (Remark.INCOMPLETE,)
    assert codes("EUPL-1.2", file("EUPL-1.2", remarks=in_part)) == ["incomplete-text"]
    assert codes("EUPL-1.2", file("EUPL-1.2", remarks=in_part), file("EUPL-1.2", "EUPL.txt")) == ["agree"]
    assert codes("AGPL-3.0-only", file("EUPL-1.2", remarks=in_part)) == ["mismatch"]
    assert codes("AGPL-3.0-only", file("AGPL-3.0-or-later", means=NOTICE)) == ["agree", "no-text"]
    assert codes("AGPL-3.0-only", file("AGPL-3.0-only", means=NAME)) == ["no-text"]
    assert codes("AGPL-3.0-only") == ["no-text"]


def test_words_that_restrict() -> None:
    added = (Remark.RESTRICTED,)
    assert codes("MIT", file("MIT", remarks=added)) == ["restriction-added"]
    assert concluded("MIT", file("MIT", remarks=added)) == NOASSERTION
    assert codes("MIT", unsure("MIT", remarks=added)) == ["restriction-added"]
    assert codes("EUPL-1.2", file("MIT", remarks=added)) == ["mismatch", "restriction-added"]
    assert codes("", file("MIT", remarks=added)) == ["not-declared", "restriction-added"]


def test_declarations_that_are_none_or_no_expression() -> None:
    assert codes("", file("MIT")) == ["not-declared"]
    assert concluded("", file("MIT")) == "MIT"
    assert codes("  ") == ["not-declared", "no-text"]
    assert codes("", file("MIT"), file("EUPL-1.2", "COPYING")) == ["not-declared", "several-texts"]
    assert codes("MIT License", file("MIT")) == ["agree", "not-spdx"]
    assert codes("MIT License", file("GPL-3.0-only")) == ["mismatch", "not-spdx"]
    assert codes("BSD", file("BSD-3-Clause")) == ["agree", "not-spdx"]
    assert codes("as the town council decided", file("MIT")) == ["not-spdx"]
    assert codes("as the town council decided") == ["not-spdx", "no-text"]
    assert judge("BSD", [file("BSD-3-Clause")]).normalized == ""


def test_licences_that_do_not_suit_code() -> None:
    assert codes("CC-BY-NC-4.0") == ["no-text", "not-open-source", "content-license"]
    assert codes("OGL-UK-3.0", file("OGL-UK-3.0")) == ["agree", "content-license"]
    assert codes("CC-BY-4.0 OR MIT", file("MIT")) == ["agree"]
    assert codes("MIT AND CC-BY-4.0", file("MIT"), file("CC-BY-4.0", "LICENSE.CC")) == ["agree"]
    assert codes("BUSL-1.1", file("BUSL-1.1")) == ["agree", "not-open-source"]
    assert codes("MIT", file("BUSL-1.1")) == ["mismatch", "not-open-source"]
    assert codes("CC0-1.0", file("CC0-1.0")) == ["agree"]
    assert codes("LicenseRef-x") == ["no-text"]


def test_the_host_s_own_detection() -> None:
    assert codes("MIT", file("MIT"), host="mit") == ["agree"]
    assert codes("AGPL-3.0-or-later", file("AGPL-3.0-only"), host="AGPL-3.0") == ["agree"]
    assert codes("MIT", file("MIT"), host="NOASSERTION") == ["agree"]
    assert codes("MIT", file("MIT"), host="other") == ["agree"]
    assert codes("MIT", file("MIT"), host="ISC") == ["agree", "host-differs"]
    assert codes("MIT", host="ISC") == ["no-text"]


def test_every_code_is_explained() -> None:
    assert set(CODES) == set(Code)
    assert [code for code in Code if not CODES[code].title.template or not CODES[code].meaning.template] == []
    assert [code for code in Code if not CODES[code].repair.template] == [Code.AGREE]


def said(declared: str, *files: FoundFile, host: str = "") -> list[str]:
    return [str(part.text) for part in explained(judge(declared, files, host))]


def test_what_stands_where() -> None:
    verdict = judge("AGPL-3.0-only", [file("GPL-3.0-only")])
    told = message(
        "Declared is {declared}; {path} holds the text of {found}.",
        declared="AGPL-3.0-only",
        path="LICENSE",
        found="GPL-3.0",
    )
    assert explained(verdict) == (Explanation(Code.MISMATCH, told, CODES[Code.MISMATCH].repair),)
    assert said("GPL-2.0-or-later", file("GPL-3.0-only", "LICENSE.md")) == [
        "Declared is GPL-2.0-or-later; LICENSE.md holds GPL-3.0, a later version, which the declaration permits."
    ]
    assert said("GPL-2.0-only", file("GPL-3.0-only")) == [
        "Declared is GPL-2.0-only; LICENSE holds the text of GPL-3.0."
    ]
    assert said("MIT", file("EUPL-1.2", remarks=(Remark.INCOMPLETE,))) == [
        "Declared is MIT; LICENSE holds parts of the text of EUPL-1.2."
    ]
    assert said("MIT", file("EUPL-1.2", means=NOTICE)) == ["Declared is MIT; LICENSE names EUPL-1.2."]
    assert said("MIT", file("EUPL-1.2", means=NAME)) == [
        "Declared is MIT; LICENSE names EUPL-1.2, and nothing says whether for the software itself."
    ]
    assert said(
        "EUPL-1.2", FoundFile("LICENSE", "1", Identification(NOASSERTION, ("MIT",), (Part("MIT", NOTICE),)))
    ) == ["LICENSE does not say which licence the software has."]
    assert said("EUPL-1.2", file("MIT", "LICENSE.bootstrap")) == [
        "LICENSE.bootstrap may hold the licence of something else."
    ]
    assert said("EUPL-1.2", file("MIT", "LICENSE-TEMPLATE")) == [
        "Of the files found none is the software's licence: LICENSE-TEMPLATE."
    ]
    assert said("GPL-2.0-only", file("MIT", "COPYING"), file("GPL-3.0-only")) == [
        "Declared is GPL-2.0-only; LICENSE holds the text of GPL-3.0."
    ]
    assert said("MIT") == ["There is no licence file at the root, and none in LICENSES/."]
    open_question = (
        "Declared is AGPL-3.0-only; the notice in LICENSE says AGPL-3.0-or-later. Whether later versions are allowed is for the "
        "owner of the rights to say."
    )
    assert said("AGPL-3.0-only", file("AGPL-3.0-or-later", means=NOTICE)) == [
        open_question,
        "LICENSE holds the notice of AGPL-3.0-or-later; the text of the licence is not there.",
    ]
    assert said("MIT", file("MIT", means=NAME)) == ["LICENSE names MIT; the text of the licence is not there."]
    assert said("MIT AND ISC", file("ISC")) == ["The text of MIT was not found."]
    assert said("MIT", file("MIT", remarks=(Remark.INCOMPLETE,))) == ["In LICENSE parts of the text are missing."]
    assert said("MIT", file("MIT", remarks=(Remark.RESTRICTED,))) == ["In LICENSE stand added words that restrict."]
    assert said("MIT", unsure("MIT", "GPL-2.0-only")) == ["The licence files hold MIT, GPL-2.0."]
    assert said("MIT", file(NOASSERTION)) == ["In LICENSE no licence was recognised."]
    assert said("MIT License", file("MIT"), host="ISC") == [
        "Declared is MIT License, and so it stands in LICENSE.",
        "“MIT License” is no SPDX licence expression.",
        "The host shows ISC; the licence files say MIT.",
    ]
    assert said("GPL-3.0", file("GPL-3.0-only"))[1] == "“GPL-3.0” is read as GPL-3.0-only."


IDS = ("MIT", "MIT-0", "GPL-2.0-only", "GPL-3.0-or-later", "EUPL-1.2", "CC-BY-4.0", "JSON", "LicenseRef-x", NOASSERTION)
PATHS = ("LICENSE", "COPYING.md", "LICENSES/MIT.txt", "NOTICE", "LICENSES/LicenseRef-x.txt", "licence-fonts.txt")
parts = st.builds(Part, st.sampled_from(IDS), st.sampled_from(Means), st.floats(0, 1))
identifications = st.builds(
    Identification,
    st.sampled_from(
        (*IDS, "MIT AND EUPL-1.2", "MIT OR JSON", "no id", "GPL-2.0-only WITH Classpath-exception-2.0", "(")
    ),
    parts=st.lists(parts, max_size=3).map(tuple),
    remarks=st.lists(st.sampled_from(Remark), max_size=2, unique=True).map(tuple),
)
found_files = st.lists(
    st.builds(
        FoundFile, st.sampled_from(PATHS), st.just("hash"), identifications, st.sampled_from(("", "COPYING.md", "../x"))
    ),
    max_size=4,
    unique_by=lambda one: one.path,
)
declarations = st.one_of(
    st.text(max_size=40), st.sampled_from((*IDS, "BSD", "MIT AND (JSON OR EUPL-1.2)", "gpl-2.0+ or mit"))
)


@given(declarations, found_files, st.sampled_from(("", "mit", "NOASSERTION", "GPL-3.0", "x")), st.randoms())
@settings(max_examples=300, deadline=None)
def test_any_declaration_and_files(declared: str, files: list[FoundFile], host: str, order: Random) -> None:
    verdict = judge(declared, files, host)
    order.shuffle(files)
    assert judge(declared, files, host) == verdict
    assert verdict.codes[0] in {*_MILDEST, Code.NOT_DECLARED, Code.NOT_SPDX}
    assert len(set(verdict.codes)) == len(verdict.codes)
    assert verdict.concluded == NOASSERTION or parse_expression(verdict.concluded)
    assert [explanation.code for explanation in explained(verdict) if not str(explanation.text)] == []
