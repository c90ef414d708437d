"""How catalogues write addresses, licences and languages, and what is meant; what was read otherwise is told.

Nothing is decided for anybody: a licence that has several readings, or none, stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ...schemas.addresses import is_http_url, without_user
from ...schemas.candidate import address_key
from ...schemas.drafts.codemeta import web_address
from ...schemas.finding import Message, message
from ...schemas.fixes import readings
from ...schemas.licensing.expression import LONGEST, ExpressionError, parse_expression
from ...schemas.structure import shown

MOST_ADDRESSES = 50  # of one entry

_SEPARATORS = re.compile(r"[\s;,|<>\"'「」『』()、。]+")
_SCHEME = re.compile(r"(?:git\+)?(?:https?|ssh|git)://", re.IGNORECASE)
_SCP = re.compile(r"[\w.-]{1,100}@[\w.-]{1,200}:")
_BARE_ADDRESS = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,20}/.", re.IGNORECASE)
_LICENSE_PAGE = re.compile(
    r"https?://(?:www\.)?(?:spdx|opensource|choosealicense)\.(?:org|com)/licenses?/([^/#?\s]{1,100}?)(?:\.html|\.json|\.php)?/?\Z"
)
_SEVERAL = re.compile(r"[、,;/\n]")
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9 .+-]{1,60}")  # what is no Chinese in a Chinese sentence
_AROUND = " \t\r\n,;，、；。"  # what ends a list or a sentence
_TRADITIONAL = {"zh-tw", "zh-hk", "zh-mo"}


def sound(text: str) -> str:
    """`text` without halves of characters, which JSON can name and no database takes."""
    return text.encode("utf-8", "replace").decode()


def _shown(text: str) -> str:
    return shown(sound(text))


def addresses(text: str, field: str) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    """The addresses of code that a field names, each once, as a browser opens them."""
    words = [word for word in _SEPARATORS.split(unicodedata.normalize("NFKC", sound(text))) if word.strip("-.:")]
    named = [at for word in words if (at := _begun(word))]
    found: dict[str, str] = {}
    quirks: list[Message] = []
    for word in named[:MOST_ADDRESSES]:
        url, quirk = _address(word.rstrip("."), field)
        if url:
            found.setdefault(address_key(url), url)
        quirks += quirk
    if len(named) > MOST_ADDRESSES:
        quirks.append(
            message("Of the field {field} only {count} addresses were read.", field=field, count=MOST_ADDRESSES)
        )
    elif len(words) > len(named) and found:
        quirks.append(message("Of the field {field} only the addresses were read.", field=field))
    if words and not found:
        quirks.append(unused(field, text))
    return tuple(found.values()), tuple(quirks)


def _begun(word: str) -> str:
    """The address in a word; empty where there is none."""
    scheme = _SCHEME.search(word)
    if scheme:
        return word[scheme.start() :]
    return word if _SCP.match(word) or _BARE_ADDRESS.match(word) else ""


def _address(word: str, field: str) -> tuple[str, tuple[Message, ...]]:
    if is_http_url(word):
        url = without_user(word)
        if url != word:
            return url, (message("A user's name was taken out of the address in {field}.", field=field),)
        return url, ()
    url = web_address(word if "://" in word or "@" in word else f"https://{word}")
    if not is_http_url(url):
        return "", ()
    return url, (message("The address “{address}” is read as {read}.", address=_shown(without_user(word)), read=url),)


def license_meant(given: Sequence[str]) -> tuple[str, tuple[Message, ...]]:
    """What to write as the licence for the texts that a record gives for it, and what to tell about it."""
    quoted = [text for text in given if text.strip(_AROUND)]
    texts = list(dict.fromkeys(text.strip(_AROUND) for text in quoted))
    if not texts:
        return "", ()
    if sum(map(len, texts)) > LONGEST:
        return "", (too_long("license", LONGEST),)
    if len(texts) > 1:
        return _several(", ".join(texts), ", ".join(texts), texts)
    address = _LICENSE_PAGE.match(texts[0])
    text = address[1] if address else texts[0]
    read, original = _readings(text), _shown(quoted[0])
    if not read:
        parts = [*_SEVERAL.split(unicodedata.normalize("NFKC", text)), *_WORDS.findall(text)]
        return _several(text, quoted[0], parts)
    if len(read) == 1:
        same = read == (quoted[0],)
        told = message("The licence “{license}” is read as {read}.", license=original, read=read[0])
        return read[0], () if same else (told,)
    return text, (
        message(
            "The licence “{license}” may mean {choices}; it is left as written.",
            license=original,
            choices=", ".join(read),
        ),
    )


def license_of(texts: Sequence[str]) -> str:
    """Of several texts for one licence (its address, its name) the one that is understood; else the last, its name."""
    given = [text for text in texts if text]
    return next((text for text in given if len(_named(text)) == 1), given[-1] if given else "")


def _named(text: str) -> tuple[str, ...]:
    address = _LICENSE_PAGE.match(text)
    return _readings(address[1] if address else text)


def _several(written: str, quoted: str, parts: Sequence[str]) -> tuple[str, tuple[Message, ...]]:
    """A licence that is none in itself: which ones its parts name."""
    named: dict[str, None] = {}
    for part in parts[:50]:
        named |= dict.fromkeys(_readings(part.strip()))
    if not named:
        return written, (
            message("The licence “{license}” is none that is known; it is left as written.", license=_shown(quoted)),
        )
    return written, (
        message(
            "The licence “{license}” may name {choices}; which of them holds for what is not said, so it is left as written.",
            license=_shown(quoted),
            choices=", ".join(named),
        ),
    )


def _readings(text: str) -> tuple[str, ...]:
    """The expressions that `text` may mean; one that is right already is its only reading."""
    try:
        expression = parse_expression(text)
    except ExpressionError:
        return readings.licence(text)
    return (readings.licence(text) or (expression.text,)) if expression.deprecated else (expression.text,)


def language_meant(tag: str) -> tuple[str, tuple[Message, ...]]:
    """The BCP 47 tag for a text in the language that `tag` names; empty where nobody can tell.

    Chinese of a place where it is written in traditional characters is zh-Hant, as entries are found by their writing.
    """
    if not tag.strip():
        return "", ()
    read = readings.language_tag(tag.strip())
    read = "zh-Hant" if read.lower() in _TRADITIONAL else read
    if not read:
        return "", (unused("language", tag),)
    if read == tag:
        return read, ()
    return read, (message("The language “{language}” is read as {read}.", language=_shown(tag), read=read),)


def unused(field: str, value: str) -> Message:
    """A value that was not taken over."""
    return message("The field {field} could not be used: “{value}”.", field=field, value=_shown(value.strip()))


def too_long(field: str, limit: int) -> Message:
    """A value that is longer than what is read."""
    return message("The field {field} has more than {limit} characters and was not read.", field=field, limit=limit)


def no_place(fields: str) -> Message:
    """Values for which publiccode.yml has no key."""
    return message(
        "No key of publiccode.yml is for {fields}; what stands there stays in the record of the catalogue.",
        fields=fields,
    )


def no_address() -> Message:
    """A record without an address."""
    return message("The record names no address of code.")


def unreadable(record: str) -> Message:
    """A record that is none; `record` says which."""
    return message("The record {record} cannot be read.", record=_shown(record))
