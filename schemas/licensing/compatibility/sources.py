"""Where answers about compatibility come from: one line each, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...finding import Message, message


@dataclass(frozen=True, slots=True)
class Source:
    """A source of answers: its title, where it is published, under which licence, and what it is."""

    id: str
    title: str
    address: str
    license: str
    about: Message

    @property
    def name(self) -> Message:
        """The title; those of others are not translated."""
        return _OWN_TITLES.get(self.id, Message(self.title))


_OWN_TITLES = {"license-texts": message("The texts of the licences"), "kinds": message("What kinds of licences ask")}
_ALL = (
    Source(
        "license-texts",
        "The texts of the licences",
        "https://spdx.org/licenses/",
        "Apache-2.0",
        message(
            "What the licences themselves say of other licences, read and written down by this catalogue's "
            "authors, with the clause."
        ),
    ),
    Source(
        "eupl",
        "EUPL, article 5 and appendix (Commission Implementing Decision (EU) 2017/863)",
        "https://eur-lex.europa.eu/eli/dec_impl/2017/863/oj",
        "Apache-2.0",
        message(
            "The compatibility clause of the EUPL and its list of licences, written down by this catalogue's "
            "authors from the text."
        ),
    ),
    Source(
        "fsf",
        "Free Software Foundation, Various Licenses and Comments about Them; GPL FAQ",
        "https://www.gnu.org/licenses/license-list.html",
        "Apache-2.0",
        message(
            "What the publisher of the GPL says of licences and the GPL, told in this catalogue's own words, "
            "with the entry of its list."
        ),
    ),
    Source(
        "osadl",
        "OSADL Open Source License Compatibility Matrix, 2024-11-04",
        "https://www.osadl.org/Access-to-raw-data.oss-compliance-raw-data-access.0.html",
        "CC-BY-4.0",
        message(
            "Of 115 licences, whether code under one may be copied unchanged into a work under another. © Open "
            "Source Automation Development Lab (OSADL) eG and contributors."
        ),
    ),
    Source(
        "creative-commons",
        "Creative Commons, Compatible Licenses",
        "https://creativecommons.org/compatiblelicenses",
        "Apache-2.0",
        message("Which other licences Creative Commons declared compatible with its share-alike licences."),
    ),
    Source(
        "eu-checker",
        "European Commission, Joinup Licensing Assistant: compatibility checker",
        "https://joinup.ec.europa.eu/collection/eupl/news/can-you-really-combine-code",
        "Apache-2.0",
        message(
            "The rules T01 to T18 of the Commission's checker, written anew from what each rule is called and "
            "for which licences it holds, as published in 2021. The checker's answers tell four kinds of use "
            "apart; what is not known of them is said to be unknown."
        ),
    ),
    Source(
        "kinds",
        "What kinds of licences ask",
        "https://spdx.org/licenses/",
        "Apache-2.0",
        message(
            "This catalogue's own reasoning from the kind of each licence, only where no other source says anything."
        ),
    ),
)
SOURCES: Mapping[str, Source] = {source.id: source for source in _ALL}
"""All sources by their ids."""
