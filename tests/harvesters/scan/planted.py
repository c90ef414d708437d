"""Secrets that are none: put together here, so that no scan of our own files finds one."""

from random import Random
from string import ascii_letters, digits

_RANDOM = Random(20261126)


def letters(count: int, alphabet: str = ascii_letters + digits) -> str:
    """So many letters, the same in every run."""
    return "".join(_RANDOM.choices(alphabet, k=count))


KEY = "\n".join(
    ["-----BEGIN RSA PRIVATE " + "KEY-----", *(letters(64) for _ in range(4)), "-----END RSA PRIVATE KEY-----"]
)
NATIONAL = "F13110" + "4093"
RESIDENT, OLD_RESIDENT = "A80000" + "0014", "AC0123" + "4567"
AWS = "AKIA" + letters(16, "ABCDEFGHJKLMNPQRSTUVWXYZ234567")
GITHUB, GITLAB, GOOGLE = "ghp_" + letters(36), "glpat-" + letters(20), "AIza" + letters(35)
SLACK = "xoxb-" + letters(12, digits) + "-" + letters(24)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ" + letters(40) + "." + letters(43)
PASSWORD = "Kq7" + "-vorn" + "Up2x"
ALL = (KEY.splitlines()[1], NATIONAL, RESIDENT, OLD_RESIDENT, AWS, GITHUB, GITLAB, GOOGLE, SLACK, JWT, PASSWORD)
