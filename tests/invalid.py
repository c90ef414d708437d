"""Small files to check: one that is valid, and ways to break it."""

VALID = """\
publiccodeYmlVersion: "0"
name: Lamplight
url: https://git.agency.example/city/lamplight
platforms:
  - web
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: A register of street lamps.
    longDescription: >-
      A register of street lamps: where each one stands, when it was last repaired, and who asked for it. Citizens
      report a dark lamp with two taps, and the crew sees it on its map.
    features:
      - Map of all lamps
legal:
  license: EUPL-1.2
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages:
    - en
"""


def changed(old: str, new: str) -> str:
    """The valid file with one piece of text changed."""
    assert VALID.count(old) == 1, old
    return VALID.replace(old, new)
