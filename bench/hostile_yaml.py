"""What hostile files cost the validator: milliseconds and megabytes above the same process on a small valid file.

    python bench/hostile_yaml.py

Each input is judged once in a process of its own; the bounds are 50 ms and 50 MB.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = 'publiccodeYmlVersion: "0"\n'
ALIASES = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'lol'}]\n" for n in range(9))
MERGES = "".join(
    f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" if n else "m0: &m0 {k: v}\n" for n in range(9)
)
# As Python expressions, so that the child makes them itself and no pipe is measured.
INPUTS = {
    "alias bomb": repr(HEAD + ALIASES),
    "merge-key bomb": repr(HEAD + MERGES),
    "long text, aliased": repr(HEAD + "name: &a ") + " + 'x' * 900_000 + '\\nusedBy: [' + '*a, ' * 2000 + ']'",
    "recursive alias": repr(HEAD + "name: &a [*a]\n"),
    "5,000 levels": repr(HEAD) + " + 'name: ' + '[' * 5000 + ']' * 5000",
    "5,000 block levels": repr(HEAD) + " + ''.join(' ' * n + 'a:\\n' for n in range(5000))",
    "20 MB of comment": repr(HEAD) + " + '#' * 20_000_000",
    "20 MB of list": repr(HEAD) + " + 'usedBy: [' + 'a, ' * 7_000_000 + ']'",
    "1 MB of list": repr(HEAD) + " + 'usedBy: [' + 'a, ' * 340_000 + ']'",
    "1 MB scalar": repr(HEAD) + " + 'name: ' + 'a' * 1_040_000",
    "NUL": repr(HEAD + "name: a\x00b\n"),
    "invalid UTF-8": repr(HEAD + "name: ") + ".encode() + b'\\xff\\xfe'",
    "UTF-16": repr(HEAD) + ".encode('utf-16')",
    "impossible date": repr(HEAD + "releaseDate: 2021-13-45\n"),
    "5,000-digit number": repr(HEAD) + " + 'name: ' + '9' * 5000",
    "Python object": repr(HEAD + "name: !!python/object/apply:os.system [id]\n"),
    "tags": repr(HEAD) + " + ''.join(f'k{n}: !t{n} x\\n' for n in range(50_000))",
    "50,000 unknown keys": repr(HEAD) + " + ''.join(f'k{n}: x\\n' for n in range(50_000))",
    "duplicate keys": repr(HEAD) + " + 'name: x\\n' * 50_000",
    "long licence": repr(HEAD) + " + 'legal: {license: ' + '(' * 5000 + 'MIT' + ')' * 5000 + '}'",
}
CHILD = """
import json, resource, sys, time
from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.validator import assess
valid = open("publiccode.example.yml", "rb").read()
assess(Candidate(RepositoryFile("publiccode.yml", valid)))
data = EXPRESSION
data = data.encode() if isinstance(data, str) else data
size = len(data)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
assessment = assess(Candidate(RepositoryFile("publiccode.yml", data, size=size)))
json.dumps(assessment.values)
ms = (time.perf_counter() - started) * 1000
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
first = assessment.findings[0]
print(json.dumps([size, ms, (after - before) / 1024, len(assessment.findings), f"{first.line}: {first.message}"[:70]]))
"""


def main() -> None:
    """Prints the table; exit status 1 where a bound is broken."""
    print(f"{'input':<22}{'bytes':>11}{'ms':>8}{'MB':>7}{'findings':>10}  first finding")
    broken = 0
    for name, expression in INPUTS.items():
        done = subprocess.run(
            [sys.executable, "-c", CHILD.replace("EXPRESSION", expression)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
        size, ms, megabytes, findings, first = json.loads(done.stdout)
        broken += ms > 50 or megabytes > 50
        print(f"{name:<22}{size:>11}{ms:>8.1f}{megabytes:>7.1f}{findings:>10}  {first}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
