"""The editor without a browser's program: the form, what it changes of a text, and what it leaves alone."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from publiccode.registry.settings import Settings
from publiccode.schemas.document import parse
from publiccode.schemas.standard import V0
from publiccode.web.app import create_app
from publiccode.web.pages.editor_form import FormMaker, field_name, place

from ..invalid import VALID, changed

# A file with all that a form does not know: comments, unknown keys, aliases, quotes of every kind, its own indentation.
IMPORTED = """\
# Our own file.
publiccodeYmlVersion: "0"   # the version
name: 'Lamp''light'
url: https://git.agency.example/city/lamplight
x-internal:   {cost centre: 4711}
platforms: [web,   linux]   # both
developmentStatus: stable
softwareType: standalone/web
description:
    en:
        shortDescription: &short A register of street lamps.
        longDescription: >
            A register of street lamps: where each one stands, when it was last repaired, and who asked for it.

            Citizens report a dark lamp with two taps, and the crew sees it on its map. They are glad.
        features:
        - Map   of all lamps   # the most wanted
        -   "List: by street"
    zh-Hant:
        shortDescription: *short
        longDescription: 路燈管理
        features: []
legal:
    license: EUPL      # to be decided
    repoOwner: City of Lamps
maintenance:
    type: community
    contacts:
    -   name: Chen Yu
        # her desk
        phone: "+886223456789"
localisation:
    localisationReady: yes
    availableLanguages: [en]
"""


@pytest.fixture
def reader(settings: Settings) -> FlaskClient:
    return create_app(replace(settings, checks_per_minute=600)).test_client()


class Form:
    """The form of a page of the editor, as a browser would send it."""

    def __init__(self, page: str) -> None:
        self.page = page
        found = page[page.index('<form class="editor"') :]
        form = found[: found.index("</form>")]
        self.fields: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", form):
            attributes = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
            if attributes.get("type") != "checkbox" or re.search(r" checked\b", tag):
                self.add(attributes.get("name", ""), attributes.get("value", ""))
        for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
            self.add(name, html.unescape(text).removeprefix("\n"))
        for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
            chosen = re.findall(r'value="([^"]*)" selected', options)
            self.add(name, html.unescape(chosen[0]) if chosen else "")

    def add(self, name: str, value: str) -> None:
        self.fields.setdefault(html.unescape(name), []).append(value)

    def with_(self, **changes: Any) -> dict[str, Any]:
        """The data with other values; names are written with `__` for `/`."""
        named = {f"key:{name.replace('__', '/')}": value for name, value in changes.items()}
        return {**self.fields, **named}

    @property
    def text(self) -> str:
        return self.fields["text"][0]


def imported(reader: FlaskClient, text: str) -> Form:
    return Form(reader.post("/en/editor/import", data={"text": text}).text)


def sent(reader: FlaskClient, data: dict[str, Any]) -> Form:
    # A browser sends CR LF for the line ends of text areas.
    lines = {
        name: [v.replace("\n", "\r\n") for v in ([value] if isinstance(value, str) else value)]
        for name, value in data.items()
    }
    return Form(reader.post("/en/editor", data=lines).text)


def test_a_form_that_nobody_touched_changes_nothing(reader: FlaskClient) -> None:
    form = imported(reader, IMPORTED)
    assert form.text == IMPORTED
    assert sent(reader, form.fields).text == IMPORTED


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ({"name": "Lantern"}, "name: 'Lamp''light'", "name: 'Lantern'"),
        ({"legal__license": "EUPL-1.2"}, "license: EUPL      #", "license: EUPL-1.2      #"),
        ({"localisation__localisationReady": "true"}, "localisationReady: yes", "localisationReady: true"),
        (
            {"maintenance__contacts__0__email": "chen@agency.example"},
            "    -   name: Chen Yu\n",
            "    -   name: Chen Yu\n        email: chen@agency.example\n",
        ),
        ({"legal__repoOwner": "x"}, "", ""),  # deprecated: no field, whatever is sent
        ({"legal__license": ""}, "    license: EUPL      # to be decided\n", ""),
        (
            {"description__en__features": "Map of all lamps\nList: by street\nAlarm"},
            '        -   "List: by street"\n',
            '        -   "List: by street"\n        - Alarm\n',
        ),
    ],
)
def test_one_change_touches_one_place(reader: FlaskClient, change: dict[str, str], old: str, new: str) -> None:
    form = imported(reader, IMPORTED)
    expected = IMPORTED.replace(old, new, 1) if old else IMPORTED
    assert sent(reader, form.with_(**change)).text == expected


def test_what_the_form_cannot_change_is_told(reader: FlaskClient) -> None:
    page = sent(reader, imported(reader, IMPORTED).with_(description__en__shortDescription="Another text."))
    assert page.text == IMPORTED
    assert "These changes could not be made; make them in the text:" in page.page
    assert "description.en.shortDescription" in page.page


def test_text_and_form_may_both_have_changed(reader: FlaskClient) -> None:
    form = imported(reader, VALID)
    data = form.with_(name="Lantern")
    data["text"] = VALID.replace("stable", "beta") + "# a note\n"
    after = sent(reader, data)
    assert after.text == VALID.replace("stable", "beta").replace("Lamplight", "Lantern") + "# a note\n"
    assert after.fields["key:developmentStatus"] == ["beta"]


def test_a_text_that_cannot_be_read_stays_as_it_is(reader: FlaskClient) -> None:
    data = imported(reader, VALID).with_(name="Lantern")
    data["text"] = "name: [\n"
    after = sent(reader, data)
    assert after.text == "name: [\n"
    assert after.fields["key:name"] == ["Lantern"]  # what was filled in is kept
    assert after.fields["before"] == [VALID]
    assert "The text cannot be read; what the form has is kept until it can." in after.page
    assert sent(reader, {**after.fields, "text": VALID}).text == VALID.replace("Lamplight", "Lantern")


def test_from_nothing_to_a_valid_file(reader: FlaskClient) -> None:
    form = Form(reader.get("/en/editor").text)
    assert "Still to fill in: 10" in form.page
    form = sent(
        reader,
        form.with_(
            name="Lamplight",
            url="https://git.agency.example/city/lamplight",
            platforms="web\n\n  linux ",
            developmentStatus="stable",
            softwareType="standalone/web",
            categories=["other", "data-collection"],
            description__en__shortDescription="A register of street lamps.",
            description__en__longDescription="A register of street lamps. " * 6,
            description__en__features="Map of all lamps",
            legal__license="EUPL-1.2",
            maintenance__type="internal",
            localisation__localisationReady="false",
            localisation__availableLanguages="en",
        ),
    )
    assert "contacts are missing" in form.page
    form = sent(reader, {**form.fields, "do": "add:key:maintenance/contacts"})
    form = sent(reader, form.with_(maintenance__contacts__0__name="Chen Yu"))
    form = sent(reader, {**form.fields, "do": "add-language", "new-language": "zh-Hant"})
    form = sent(
        reader,
        form.with_(
            **{
                "description__zh-Hant__shortDescription": "路燈管理系統",
                "description__zh-Hant__longDescription": "路燈的位置、維修紀錄與通報。" * 15,
                "description__zh-Hant__features": "地圖",
            }
        ),
    )
    assert 'class="verdict-ok">valid; findings: 0</p>' in form.page
    assert parse(form.text.encode()).values == {
        "publiccodeYmlVersion": "0",
        "name": "Lamplight",
        "url": "https://git.agency.example/city/lamplight",
        "platforms": ["web", "linux"],
        "categories": ["other", "data-collection"],
        "developmentStatus": "stable",
        "softwareType": "standalone/web",
        "description": {
            "en": {
                "shortDescription": "A register of street lamps.",
                "longDescription": ("A register of street lamps. " * 6).strip(),
                "features": ["Map of all lamps"],
            },
            "zh-Hant": {
                "shortDescription": "路燈管理系統",
                "longDescription": "路燈的位置、維修紀錄與通報。" * 15,
                "features": ["地圖"],
            },
        },
        "legal": {"license": "EUPL-1.2"},
        "maintenance": {"type": "internal", "contacts": [{"name": "Chen Yu"}]},
        "localisation": {"localisationReady": False, "availableLanguages": ["en"]},
    }


def test_items_and_languages_are_removed(reader: FlaskClient) -> None:
    form = sent(reader, {**imported(reader, IMPORTED).fields, "do": "remove:key:maintenance/contacts/0"})
    assert "contacts" not in form.text
    form = sent(reader, {**form.fields, "do": "remove:key:description/zh-Hant"})
    assert "zh-Hant" not in form.text
    form = sent(reader, {**form.fields, "do": "add:key:dependsOn/open"})
    assert "key:dependsOn/open/0/name" in form.fields
    form = sent(reader, {**form.fields, "do": "remove:key:dependsOn/open/0"})
    assert "key:dependsOn/open/0/name" not in form.fields


@pytest.mark.parametrize(
    "action",
    ["add:nonsense", "remove:key:", "add:key:maintenance/contacts/99999", "x", "remove:key:a/b/c", "add-language"],
)
def test_buttons_that_do_not_exist_do_nothing(reader: FlaskClient, action: str) -> None:
    assert sent(reader, {**imported(reader, VALID).fields, "do": action}).text == VALID


def test_the_file_is_given_to_keep_with_the_form_s_changes(reader: FlaskClient) -> None:
    data = imported(reader, VALID).with_(name="Lantern")
    response = reader.post("/en/editor/publiccode.yml", data=data)
    assert response.data.decode() == VALID.replace("Lamplight", "Lantern")
    assert response.headers["Content-Disposition"] == 'attachment; filename="publiccode.yml"'


def test_the_program_of_the_page_gets_what_it_needs(reader: FlaskClient) -> None:
    form = imported(reader, VALID)
    answer = reader.post("/api/editor?lang=en", data=form.with_(legal__license="EUPL")).get_json() or {}
    assert answer["text"] == VALID.replace("EUPL-1.2", "EUPL")
    assert (answer["valid"], answer["summary"]) == (False, "not valid, but usable; findings: 1")
    assert answer["fields"]["key:legal/license"]["value"] == "EUPL"
    assert [one["rule"] for one in answer["fields"]["key:legal/license"]["findings"]] == ["license-known"]
    assert answer["left"] == []
    assert f'data-shape="{answer["shape"]}"' in form.page


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("name: 路燈\n".encode("big5"), "Save it as UTF-8 in your editor"),
        (b"", "The file is empty."),
        (b"#" * 2_000_000, "The file has more than 1048576 bytes, or it is no regular file."),
    ],
)
def test_a_file_that_cannot_be_opened(reader: FlaskClient, content: bytes, told: str) -> None:
    page = reader.post("/en/editor/import", data=content, content_type="application/octet-stream")
    assert (page.status_code, told in page.text) == (400, True)


def test_every_line_of_the_table_has_its_field() -> None:
    added = [
        ("description", "en"),
        *((*path, 0) for path in [("maintenance", "contacts"), ("maintenance", "contractors")]),
    ]
    added += [("dependsOn", kind, 0) for kind in ("open", "proprietary", "hardware")] + [
        ("fundedBy", 0),
        ("supports", 0),
    ]
    maker = FormMaker(parse(b"name: x\n"), "en", added)
    fields = [made for group in maker.groups("a", "b") for made in group.every_field()]
    shown = {re.sub(r"\[0\]", "[]", made.key).replace("description.en", "description.*") for made in fields}
    texts = {
        key.path
        for key in V0
        if not key.deprecated and not key.path.startswith(("IT", "it"))
        if key.type != "mapping" and not any(other.path == f"{key.path}[]" and other.type == "mapping" for other in V0)
        if not (key.path.endswith("[]") and key.type == "text")
    }
    assert shown == texts
    assert all(made.label and made.help and made.help != made.label for made in fields)


@pytest.mark.parametrize("tag", ["en", "zh-Hant", "a/b", "50%", "ü", "..", "key:x"])
def test_names_of_fields_lead_back_to_their_places(tag: str) -> None:
    path = ("description", tag, "shortDescription")
    assert place(field_name(path)) == path
    assert place("key:maintenance/contacts/1/name") == ("maintenance", "contacts", 1, "name")


@pytest.mark.parametrize(
    "name", ["key:none", "key:maintenance/contacts/x", "key:name/deeper", "key:maintenance/contacts/-1"]
)
def test_names_that_are_none(name: str) -> None:
    assert place(name) is None


def test_addresses_that_are_only_sent_to_lead_to_the_editor(reader: FlaskClient) -> None:
    for path in ("import", "publiccode.yml"):
        assert reader.get(f"/en/editor/{path}").headers["Location"] == "/en/editor"


def test_the_page_alone_may_run_our_program(reader: FlaskClient) -> None:
    assert "script-src 'self'" in reader.get("/en/editor").headers["Content-Security-Policy"]
    assert "script-src" not in reader.get("/en/validate").headers["Content-Security-Policy"]


def test_changes_are_counted(settings: Settings) -> None:
    reader = create_app(replace(settings, checks_per_minute=1)).test_client()
    assert [reader.post("/api/editor", data={"text": VALID}).status_code for _ in range(11)] == [200] * 10 + [429]


def test_files_of_windows_keep_their_line_ends(reader: FlaskClient) -> None:
    content = VALID.replace("\n", "\r\n").encode()
    page = reader.post("/en/editor/import", data={"file": (io.BytesIO(content), "x.yml")}).text
    assert reader.post("/en/editor/publiccode.yml", data=Form(page).fields).data == content
    utf16 = reader.post("/en/editor/import", data={"file": (io.BytesIO(VALID.encode("utf-16")), "x.yml")}).text
    assert Form(utf16).text == VALID


def test_what_was_changed_in_both_stays_as_in_the_text(reader: FlaskClient) -> None:
    three = changed(
        "  type: none\n", "  type: internal\n  contacts:\n    - name: Ann\n    - name: Bob\n    - name: Cid\n"
    )
    data = imported(reader, three).with_(maintenance__contacts__1__email="bob@agency.example", name="Lantern")
    text = three.replace("    - name: Ann\n", "").replace("Lamplight", "Lamp")
    page = sent(reader, {**data, "text": text})
    assert page.text == text
    assert "name was changed in the text and in the form; the text stays." in page.page
    assert "maintenance.contacts[1].email was changed in the text and in the form; the text stays." in page.page


def test_a_download_never_lacks_what_was_filled_in(reader: FlaskClient) -> None:
    data = imported(reader, VALID).with_(name="Lantern")
    response = reader.post("/en/editor/publiccode.yml", data={**data, "text": "name: [\n"})
    assert response.mimetype == "text/html"
    assert "what the form has is kept until it can" in response.text


def test_values_outside_of_a_list_are_not_lost_by_boxes(reader: FlaskClient) -> None:
    form = imported(reader, changed("platforms:", "categories:\n  - other\nplatforms:"))
    # The text has got a value meanwhile for which the page has no box, as after an answer to the page's program.
    text = changed("platforms:", "categories:\n  - other\n  - acc\nplatforms:")
    data = {**form.with_(name="Lantern"), "text": text, "before": text}
    assert sent(reader, data).text == text.replace("Lamplight", "Lantern")
    page = imported(reader, text)
    assert page.fields["key:categories"] == ["other", "acc"]
    unmarked = sent(reader, page.with_(categories=["other"]))
    assert "- acc" not in unmarked.text


def test_empty_items_are_filled_in_any_order(reader: FlaskClient) -> None:
    form = sent(reader, {**imported(reader, VALID).fields, "do": "add:key:maintenance/contacts"})
    form = sent(reader, {**form.fields, "do": "add:key:maintenance/contacts"})
    form = sent(reader, form.with_(maintenance__contacts__1__name="Bob", maintenance__contacts__1__phone="+886"))
    assert contacts(form) == [{"name": ""}, {"name": "Bob", "phone": "+886"}]
    form = sent(reader, {**form.fields, "do": "add:key:maintenance/contacts"})
    form = sent(reader, {**form.fields, "do": "remove:key:maintenance/contacts/2"})
    assert "key:maintenance/contacts/2/name" not in form.fields
    form = sent(reader, {**form.fields, "do": "remove:key:maintenance/contacts/0"})
    assert contacts(form) == [{"name": "Bob", "phone": "+886"}]


def contacts(form: Form) -> object:
    return parse(form.text.encode()).value(("maintenance", "contacts"))


def test_an_emptied_item_stays_until_its_button_takes_it_out(reader: FlaskClient) -> None:
    two = changed(
        "  type: none\n",
        "  type: internal\n  contacts:\n    - name: Ann\n      email: a@agency.example\n    - name: Bob\n",
    )
    form = sent(
        reader, imported(reader, two).with_(maintenance__contacts__0__name="", maintenance__contacts__0__email="")
    )
    assert contacts(form) == [{"name": ""}, {"name": "Bob"}]
    form = sent(reader, form.with_(maintenance__contacts__0__name="Cyd"))
    assert contacts(form) == [{"name": "Cyd"}, {"name": "Bob"}]


def test_a_language_is_added_once_and_must_be_one(reader: FlaskClient) -> None:
    data = {**imported(reader, VALID).fields, "do": "add-language", "new-language": "fr"}
    page = sent(reader, {**sent(reader, data).fields, "do": "add-language", "new-language": "fr"})
    assert page.page.count('name="key:description/fr/shortDescription"') == 1
    again = sent(reader, {**data, "new-language": "EN"})
    assert "key:description/EN/shortDescription" not in again.fields
    wrong = sent(reader, {**data, "new-language": "中文"})
    assert "“中文” is no language tag; write one such as zh-Hant, en or it." in wrong.page


def test_unknown_keys_can_be_taken_out(reader: FlaskClient) -> None:
    form = imported(reader, VALID + "tw:\n  createdDate: x\n")
    assert 'name="do" value="drop:tw"' in form.page
    assert sent(reader, {**form.fields, "do": "drop:tw"}).text == VALID
    assert sent(reader, {**form.fields, "do": "drop:name"}).text == form.text


def test_the_text_is_checked_with_what_was_filled_in(reader: FlaskClient) -> None:
    data = imported(reader, VALID).with_(legal__license="EUPL")
    page = reader.post("/en/editor", data={**data, "do": "check"}).text
    assert 'id="L17"' in page
    assert "Which one do you mean? EUPL-1.2, EUPL-1.1" in page


def test_hostile_forms_cost_little(reader: FlaskClient) -> None:
    many = "".join(f"  l{number:03}: {{shortDescription: x}}\n" for number in range(900))
    text = VALID.replace("description:\n", f"description:\n{many}")
    data = {"text": text, "before": text}
    data |= {f"key:description/l{number:03}/shortDescription": "y" for number in range(900)}
    answer = reader.post("/api/editor?lang=en", data=data).get_json() or {}
    assert answer["troubles"] == ["Only 100 changes are made at once."]
    long = ["key:description/" + "x" * 100_000] * 30 + ["key:fundedBy/" + "9" * 5_000]
    assert len(reader.post("/en/editor", data={"text": VALID, "before": VALID, "added": long}).data) < 300_000
    assert reader.post("/api/editor", data="&".join(f"a{number}=" for number in range(6_000)),
                       content_type="application/x-www-form-urlencoded").status_code == 413  # fmt: skip


def test_what_no_field_can_hold_is_left_alone(reader: FlaskClient) -> None:
    text = changed("      - Map of all lamps\n", "      - Map of all lamps\n      - {b: c}\n").replace(
        "EUPL-1.2", "[EUPL-1.2]"
    )
    form = imported(reader, text)
    assert sent(reader, form.with_(description__en__features="x", legal__license="MIT")).text == text


def test_broken_values_are_kept_and_shown(reader: FlaskClient) -> None:
    form = imported(reader, changed("softwareType: standalone/web", "softwareType: standalone"))
    assert form.fields["key:softwareType"] == ["standalone"]
    assert sent(reader, form.fields).text == changed("softwareType: standalone/web", "softwareType: standalone")
