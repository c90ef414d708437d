"""PDF: Chromium prints our HTML. A process of its own with a fresh profile, without network, scripts or any other file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

PDF = "application/pdf"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LONGEST_SECONDS = 180
MOST_HTML = 40 * 1024 * 1024
MOST_PDF = 512 * 1024 * 1024
_HEAD = '<meta charset="utf-8">'
_POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
# Names lead nowhere and everything else goes to a proxy that is not there: what slips past one is held by the other.
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)


class PdfError(RuntimeError):
    """No PDF could be made; the text says why, and what to do."""


def chromium(named: str = "") -> str:
    """The program that prints: what the setting CHROMIUM names, else the first of NAMES on the path.

    Raises:
        PdfError: there is none.

    """
    for name in (named,) if named else NAMES:
        if found := shutil.which(name):
            return found
    where = f"{named}, which PUBLICCODE_CHROMIUM names, is no program" if named else "Chromium is not installed"
    raise PdfError(
        f"{where}; it prints the PDF. Next: install it (Debian: apt install chromium fonts-noto-cjk), name it in "
        "PUBLICCODE_CHROMIUM, or choose another format, such as html"
    )


def pdf(html: str, program: str, seconds: float = LONGEST_SECONDS) -> bytes:
    """The pages that `program` (see `chromium`) prints of an HTML file of ours, which brings all that it shows with it.

    Raises:
        PdfError: it is too large, it took longer than `seconds`, or nothing was printed.

    """
    content = html.replace(_HEAD, f"{_HEAD}\n  {_POLICY}", 1).encode()
    if len(content) > MOST_HTML:
        raise PdfError(
            f"the report has {len(content) // 1024 // 1024} MB of HTML, of which at most {MOST_HTML // 1024 // 1024} MB are "
            "printed; next: choose fewer entries (--findings-only, --publisher), or --format xlsx"
        )
    with TemporaryDirectory(prefix="publiccode-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        page, printed = folder / "page.html", folder / "printed.pdf"
        page.write_bytes(content)
        said = _run(program, folder, page, printed, seconds)
        if not printed.is_file() or not 0 < printed.stat().st_size <= MOST_PDF:
            raise PdfError(f"{program} printed nothing; its last words: {said or 'none'}")
        return printed.read_bytes()


def _run(program: str, folder: Path, page: Path, printed: Path, seconds: float) -> str:
    """Lets the program print; its last line of errors."""
    # As root Chromium refuses to start with its sandbox. What it reads is ours, and scripts are forbidden.
    alone = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    command = [program, *_FLAGS, *alone, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={printed}"]
    log = folder / "said.txt"
    with log.open("wb") as errors:
        try:
            process = subprocess.Popen(  # noqa: S603  (the operator's own program, no word of a report among its arguments)
                [*command, page.as_uri()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=folder,
                env=_environment(folder),
                start_new_session=True,
            )
        except OSError as error:
            raise PdfError(f"{program} cannot be started: {error.strerror}") from error
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise PdfError(
                f"printing took longer than {seconds:g} seconds and was ended; next: choose fewer entries"
            ) from error
        finally:
            _end(process)
    words = log.read_bytes()[-2000:].decode(errors="replace").strip().splitlines()
    return words[-1][:300] if words else ""


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours: no token, no setting, no home. Debian's Chromium is a script that asks for programs by name."""
    return {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "TZ": "UTC", "LANG": "C.UTF-8"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and all that it started: they are a session of their own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
