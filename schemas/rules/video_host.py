"""videos are on a site that supports oEmbed, so that a catalogue can show them.

The sites are those of the providers' list of https://oembed.com (YouTube, Vimeo, PeerTube instances and several
hundred more). Text and reference agree: the host “must support oEmbed”; the reference always checks its list, and so
do we. A site that supports oEmbed without being in the list fails in both.

Repair: name the page of the video (not the site's home page), or put the link into the long description.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..addresses import is_http_url
from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure
from ..videos import is_embeddable

ID, SEVERITY = "video-host", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each video on a site that is not in the list."""
    for found in structure(document).of_format(Format.VIDEO):
        if is_http_url(found.text) and not is_embeddable(found.text):
            yield found.finding(
                ID,
                SEVERITY,
                message("“{value}” is not on a site known to support oEmbed", value=found.shown),
                message("Give the address of the video's page on YouTube, Vimeo or another such site, or remove it."),
            )
