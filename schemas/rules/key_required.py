"""Every mandatory key is there and has a value.

Mandatory are `publiccodeYmlVersion`, `name`, `url`, `platforms`, `developmentStatus`, `softwareType`, `description`
with at least one language, in it `shortDescription`, `longDescription` and `features`, `legal.license`,
`maintenance.type`, `localisation.localisationReady`, `localisation.availableLanguages`; and within optional sections
`organisation.uri`, `fundedBy[].uri`, `supports[].id`, the `name` of every contact, contractor and dependency, `until`
of every contractor. An empty text, an empty list or nothing after the colon counts as missing; a text of spaces
passes, with a warning of the rule text-blank.

Where text and reference differ we follow the reference, whose verdict catalogues use: the text asks for
`longDescription` and `features` “for at least one language”, the reference in every language; the text makes `name`
mandatory under `fundedBy` and `uri` optional, the reference the other way round; the text makes
`countryExtensionVersion` mandatory in the Italian section, the reference does not.

A missing key has no line of its own: the finding names the line of the first key of its section, or no line where the
section is missing as well.

Repair: add the key.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Type
from ..structure import structure

ID, SEVERITY = "key-required", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each mandatory key that is missing or empty."""
    for found in structure(document).missing:
        name = found.key.path.rpartition(".")[2]
        if found.node is None:
            text = message("the mandatory key {name} is missing", name=name)
        elif found.key.type in (Type.LIST, Type.MAPPING):
            text = message("{name} needs at least one item", name=name)
        else:
            text = message("the mandatory key {name} is empty", name=name)
        yield found.finding(
            ID, SEVERITY, text, _HELP.get(found.key.path, message("Add {name} and a value.", name=name))
        )


_HELP = {
    "publiccodeYmlVersion": message('Write publiccodeYmlVersion: "0" as the first line.'),
    "url": message("Write the address of the source code repository, as in url: https://git.example/agency/software"),
    "platforms": message("Write a list of platforms: web, windows, mac, linux, ios, android, or another name."),
    "developmentStatus": message("Write one of: concept, development, beta, stable, obsolete."),
    "softwareType": message(
        "Write one of: standalone/web, standalone/mobile, standalone/desktop, standalone/iot, "
        "standalone/backend, standalone/other, addon, library, configurationFiles."
    ),
    "description": message("Add a section with the language as its key, such as zh-Hant or en."),
    "description.*.shortDescription": message("Say in one sentence of at most 150 characters what the software is."),
    "description.*.longDescription": message("Describe the software in 150 to 10,000 characters."),
    "description.*.features": message("Add a list of what the software can do; 5 to 20 items are usual."),
    "legal.license": message("Write the SPDX identifier of the licence, such as EUPL-1.2 or MIT."),
    "maintenance.type": message("Write one of: internal, contract, community, none."),
    "localisation.localisationReady": message(
        "Write true if the software is prepared for translation into other languages, otherwise false."
    ),
    "localisation.availableLanguages": message(
        "Add the list of the languages of the software, such as zh-Hant and en."
    ),
    "organisation.uri": message(
        "Write a web address or URN of the administration, such as urn:oid:2.16.886.101.20003."
    ),
    "fundedBy[].uri": message("Write a web address or URN of the administration, such as urn:oid:2.16.886.101.20003."),
    "maintenance.contractors[].until": message("Write the day on which the contract ends, as in 2027-12-31."),
}
