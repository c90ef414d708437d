"""The forms in which an attribution notice is handed out: text, Markdown, a page to print, OpenDocument, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template

from ...registry.settings import Settings
from ..reports.harmless import harmless
from ..saying import catalogue_name
from ..translation import gettext
from .print_style import print_style

FORMS = ("text", "html", "markdown", "odt", "json")
_RULE = "=" * 72
_MARKED = re.compile(r"([\\`*_{}\[\]<>#|~!&+()-])")


def written_attribution(form: str, told: Mapping[str, Any], language: str, settings: Settings) -> str | bytes:
    """The notice in one of FORMS, of `attribution_data`; the same values give the same bytes."""
    catalogue = catalogue_name(settings)
    if form == "json":
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    if form == "odt":
        from ..documents.attribution import attribution_odt

        return attribution_odt(told, language, catalogue)
    if form == "html":
        title = notice_title(told)
        further = {
            "title": title,
            "style": print_style(catalogue, title),
            "catalogue": catalogue,
            **template_words(told),
        }
        return render_template("attribution/print.html", **told, **further) + "\n"
    lines = _markdown(told, catalogue) if form == "markdown" else _plain(told, catalogue)
    return harmless("".join(f"{line}\n" for line in lines))


def template_words(told: Mapping[str, Any]) -> dict[str, Any]:
    """By what the templates tell lines and titles as the files do."""
    return {
        "heading_of": heading,
        "package_line": package_line,
        "licenses_line": licenses_line,
        "text_title": text_title,
        "beside": left_out(told),
    }


def notice_title(told: Mapping[str, Any]) -> str:
    """What the notice is called: by its work, or how many it has."""
    if len(told["works"]) == 1:
        return f"{gettext('Attribution notice')}{gettext(': ')}{told['works'][0]['name']}"
    return f"{gettext('Attribution notice')}{gettext(': ')}{gettext('%(count)s systems', count=len(told['works']))}"


def package_line(one: Mapping[str, Any]) -> str:
    """A package in one line."""
    parts = (
        f"{one['name']} {one['version']}".strip(),
        one["license"] or gettext("licence not known"),
        one["copyright"],
    )
    return " – ".join(" ".join(part.split()) for part in parts if part)


def licenses_line(told: Mapping[str, Any]) -> str:
    """How many packages there are under which licence, in one line."""
    counted = (f"{one['license'] or gettext('licence not known')} ({one['packages']})" for one in told["licenses"])
    return gettext(", ").join(counted)


def work_parts(work: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What is told of a work: each part with its title and its lines; nothing of what is empty."""
    yield (
        gettext("Licence"),
        [work["license"] or gettext("not known")]
        + ([gettext("Who reuses it chooses one of these licences.")] if work["choice"] else []),
    )
    yield gettext("To be named"), [f"{one['text']} ({one['from']})" for one in work["holders"]]
    for asked in work["asks"]:
        nothing = (
            gettext("nothing of this kind") if asked["known"] else gettext("read its text: it is not described here")
        )
        yield gettext("%(license)s asks", license=asked["license"]), list(asked["texts"]) or [nothing]
    yield gettext("Take along from the repository"), work["elsewhere"]
    yield gettext("Texts"), [gettext("text %(number)s below", number=number) for number in work["texts"]]
    if work["components"]:
        yield from _contained(work["components"])
    yield gettext("Not known"), work["unknown"]


def _contained(told: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    count = gettext("%(count)s packages, as %(place)s lists them", count=told["packages"], place=told["place"])
    yield gettext("Contains"), [count, licenses_line(told)] if told["licenses"] else [count]
    listed = [package_line(one) for one in told["listed"] or ()]
    if told["left_out"]:
        listed.append(gettext("… and %(count)s more", count=told["left_out"]))
    yield gettext("Packages"), listed


def text_title(text: Mapping[str, Any]) -> str:
    """What a text is called: its licence, and of which works."""
    of = gettext(", ").join(f"{one['name']}{gettext(': ')}{one['path']}" for one in text["of"])
    head = gettext("Text %(number)s", number=text["number"])
    return f"{head}{gettext(': ')}{text['license'] or gettext('not recognised')} ({of})"


def heading(work: Mapping[str, Any]) -> str:
    """A work's name with its version."""
    return f"{work['name']} {work['version']}".strip()


def left_out(told: Mapping[str, Any]) -> str:
    """That texts are missing for their size; empty where none is."""
    if not told.get("texts_left_out"):
        return ""
    return gettext(
        "Left out, because they are very long: %(count)s texts. publiccode audit attribution writes all of them.",
        count=told["texts_left_out"],
    )


def _plain(told: Mapping[str, Any], catalogue: str) -> Iterator[str]:
    yield notice_title(told)
    yield f"{catalogue}{gettext(', ')}{told['day']}"
    yield told["notice"]
    for work in told["works"]:
        yield from (
            "",
            _RULE,
            heading(work),
            f"{gettext('Publisher')}{gettext(': ')}{work['publisher']}",
            work["source"],
        )
        if work["commit"]:
            yield f"{gettext('Commit')}{gettext(': ')}{work['commit']}"
        for title, lines in work_parts(work):
            if lines:
                yield ""
                yield f"{title}{gettext(': ')}".rstrip()
                yield from (f"  * {line}" for line in lines)
    for text in told["texts"]:
        yield from ("", _RULE, text_title(text), _RULE, "", text["content"].rstrip("\n"))
    if left_out(told):
        yield from ("", left_out(told))


def _markdown(told: Mapping[str, Any], catalogue: str) -> Iterator[str]:
    yield f"# {_escaped(notice_title(told))}"
    yield from ("", f"{_escaped(catalogue)}{gettext(', ')}{told['day']}", "", _escaped(told["notice"]))
    for work in told["works"]:
        yield from ("", f"## {_escaped(heading(work))}", "")
        yield f"* {gettext('Publisher')}{gettext(': ')}{_escaped(work['publisher'])}"
        yield f"* {gettext('Source code')}{gettext(': ')}{_escaped(work['source'])}"
        if work["commit"]:
            yield f"* {gettext('Commit')}{gettext(': ')}{_escaped(work['commit'])}"
        for title, lines in work_parts(work):
            if lines:
                yield from ("", f"### {_escaped(title)}", "")
                yield from (f"* {_escaped(line)}" for line in lines)
    for text in told["texts"]:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text["content"])), default=0))
        yield from ("", f"## {_escaped(text_title(text))}", "", fence, text["content"].rstrip("\n"), fence)
    if left_out(told):
        yield from ("", _escaped(left_out(told)))


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    return _MARKED.sub(r"\\\1", " ".join(text.split()))
