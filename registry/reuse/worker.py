"""The process that reads one document: from standard input, its text as JSON to standard output. See documents.py."""

from __future__ import annotations

import codecs
import encodings
import importlib
import json
import logging
import pkgutil
import sys
import warnings

import pypdf

from .reading import ENCODINGS, LARGEST, Unreadable, is_pdf, read

_MEMORY = 768 * 1024 * 1024
_CPU_SECONDS = 15


def main() -> None:
    """Reads, answers, ends."""
    content = sys.stdin.buffer.read(LARGEST + 1)
    if is_pdf(content):
        _load_everything()
    _give_up_everything()
    logging.disable(logging.CRITICAL)  # pypdf tells what it stumbles over: the text
    warnings.simplefilter("ignore")
    try:
        text, kind, cut = read(content)
        answer = {"text": text, "kind": kind, "cut": cut}
    except Unreadable as error:
        answer = {"error": error.code, "place": error.place}
    except (MemoryError, RecursionError):
        answer = {"error": "large", "place": "what it holds"}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


def _load_everything() -> None:
    """Imports what pypdf would import only when a document asks for it, encodings too: then no file can be opened any more."""
    modules = [
        *pkgutil.walk_packages(pypdf.__path__, "pypdf."),
        *pkgutil.iter_modules(encodings.__path__, "encodings."),
    ]
    for module in modules:
        try:
            importlib.import_module(module.name)
        except ImportError:  # what stands on a package that we do not have
            continue


def _give_up_everything() -> None:
    """From here on no file and no connection can be opened, nothing be written, no process be started."""
    for encoding in (*ENCODINGS, "utf-16-be", "utf-16-le", "latin-1", "ascii", "mac_roman", "cp437"):
        codecs.lookup(encoding)  # loaded while files can still be opened
    try:
        import resource
    except ImportError:  # Windows, where processes have no such limits
        return
    for name, most in (
        ("RLIMIT_AS", _MEMORY),
        ("RLIMIT_CPU", _CPU_SECONDS),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            continue  # this system does not know it (macOS: memory)
