"""Exceptions behind WITH: what each adds to what its licence permits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...finding import Message, message
from .answers import Answer, Statement, Use, badness
from .ids import License
from .rules import filled


class Kind(StrEnum):
    """What an exception permits beyond its licence."""

    LINKING = "linking"  # works that use the code as a library may have any terms
    WITHIN = "within"  # … if they keep to what the exception asks
    INTERFACE = "interface"  # programs that reach the code through a named interface alone may have any terms
    OUTPUT = "output"  # what the program makes, and what of itself it puts there, may have any terms
    GPL_2 = "gpl-2"  # compiled code may be combined with code under version 2 of the GPL
    NAMED = "named"  # one program or a few may be combined with it
    ONE_LIBRARY = "one-library"  # the code may use a library that its authors name
    NOTHING = "nothing"  # nothing about combining


@dataclass(frozen=True, slots=True)
class Addition:
    """An exception of the SPDX list."""

    kind: Kind
    what: str = ""  # the named program
    within: Message | None = None  # what is asked for


_LINKING = (
    *("Classpath-exception-2.0", "Classpath-exception-2.0-short", "GCC-exception-2.0", "GCC-exception-2.0-note"),
    *("OCaml-LGPL-linking-exception", "WxWindows-exception-3.1", "eCos-exception-2.0", "mif-exception"),
    *("GNAT-exception", "Independent-modules-exception"),
)
_WITHIN: Mapping[str, Message] = {
    "GCC-exception-3.1": message(
        "{exception} permits works that use the code as a library under any terms, if they were compiled in a way that the "
        "exception calls eligible, such as with GCC alone; the code itself keeps its licence."
    ),
    "LGPL-3.0-linking-exception": message(
        "{exception} frees works that use the library from passing on what is needed to link it anew; the other duties of "
        "{inbound} stay, and so does the library's licence."
    ),
    "freertos-exception-2.0": message(
        "{exception} permits modules of their own terms that use the code through its programming interface alone; its "
        "source code is passed on or offered, and measurements against other products are not published without consent."
    ),
    "FLTK-exception": message(
        "{exception} permits works that use the library under any terms, if they say that they are based on it in part; "
        "what is changed in the library stays under its licence."
    ),
}
_OUTPUT = (
    *("Autoconf-exception-2.0", "Autoconf-exception-3.0", "Autoconf-exception-generic", "Autoconf-exception-macro"),
    *("Autoconf-exception-generic-3.0", "Bison-exception-1.24", "Bison-exception-2.2", "Bootloader-exception"),
    *(
        "Font-exception-2.0",
        "Libtool-exception",
        "PS-or-PDF-font-exception-20170817",
        "Swift-exception",
        "Texinfo-exception",
    ),
    "fmt-exception",
)
_TABLE: Mapping[str, Addition] = {
    **{name: Addition(Kind.LINKING) for name in _LINKING},
    **{name: Addition(Kind.OUTPUT) for name in _OUTPUT},
    **{name: Addition(Kind.WITHIN, within=within) for name, within in _WITHIN.items()},
    **{
        name: Addition(Kind.INTERFACE)
        for name in ("Linux-syscall-note", "u-boot-exception-2.0", "GPL-3.0-interface-exception")
    },
    "LLVM-exception": Addition(Kind.GPL_2),
    "openvpn-openssl-exception": Addition(Kind.NAMED, "OpenSSL"),
    "x11vnc-openssl-exception": Addition(Kind.NAMED, "OpenSSL"),
    "cryptsetup-OpenSSL-exception": Addition(Kind.NAMED, "OpenSSL"),
    "kvirc-openssl-exception": Addition(Kind.NAMED, "OpenSSL"),
    "vsftpd-openssl-exception": Addition(Kind.NAMED, "OpenSSL"),
    "GStreamer-exception-2005": Addition(Kind.NAMED, "GStreamer"),
    "GStreamer-exception-2008": Addition(Kind.NAMED, "GStreamer"),
    "gnu-javamail-exception": Addition(Kind.NAMED, "JavaMail"),
    "erlang-otp-linking-exception": Addition(Kind.NAMED, "Erlang/OTP"),
    "GPL-3.0-linking-exception": Addition(Kind.ONE_LIBRARY),
    "GPL-CC-1.0": Addition(Kind.NOTHING),
}
_OF_LINKING = message(
    "{exception} permits works that use the code as a library under any terms; the code itself keeps its licence."
)
_OF_OUTPUT = message("{exception} frees what the program makes, not the program's own code, which stays as it is.")
_OF_INTERFACE = message(
    "{exception} frees programs that reach the code through its system calls or the interface that it names, and nothing "
    "else; a work with the code in it or linked with it is under {inbound}."
)
_OF_GPL_2 = message(
    "{exception}: where compiled forms of the code are combined with code under version 2 of the GPL and a court finds that "
    "a section does not fit, that section may be left out for the combination. Of source code it says nothing."
)
_OF_ONE_LIBRARY = message(
    "{exception} permits the code to use a library that its authors name; of works that use the code it says nothing."
)
_OF_NAMED = message("{exception} permits combining with {what}; of {outbound} it says nothing.")
_OF_NOTHING = message("{exception} permits nothing more about combining.")
_UNKNOWN = message("This catalogue does not know what {exception} permits.")
_TAKEN_AWAY = message(
    "{outbound} permits more than {inbound} does: with this code in it, the work can only be passed on without {exception}."
)


def statement(inbound: License, outbound: License, use: Use, bare: Answer) -> Statement:
    """What the exception of `inbound` adds; `bare` is the answer for its licence without it."""
    addition = _TABLE.get(inbound.exception)
    answer, rule, reason = Answer.UNKNOWN, "unknown-exception", _UNKNOWN
    if addition is not None:
        rule = addition.kind
        answer, reason = _of(addition, outbound, use, bare)
    address = f"https://spdx.org/licenses/{inbound.exception}.html"
    told = filled(reason, inbound, outbound, exception=inbound.exception, what=addition.what if addition else "")
    return Statement("license-texts", answer, rule, told, inbound.exception, address)


def taken_away(inbound: License, outbound: License) -> Statement:
    """What holds where the work's own licence has an exception that the inbound code does not have."""
    reason = filled(_TAKEN_AWAY, inbound, outbound, exception=outbound.exception)
    address = f"https://spdx.org/licenses/{outbound.exception}.html"
    return Statement("license-texts", Answer.CONDITIONS, "exception-of-the-work", reason, outbound.exception, address)


def _of(addition: Addition, outbound: License, use: Use, bare: Answer) -> tuple[Answer, Message]:
    match addition.kind:
        case Kind.LINKING:
            return (Answer.YES if use is Use.LINK else bare), _OF_LINKING
        case Kind.OUTPUT:
            return bare, _OF_OUTPUT
        case Kind.WITHIN if addition.within is not None:
            return (_at_least_conditions(bare) if use is Use.LINK else bare), addition.within
        case Kind.INTERFACE:
            return (_at_least_conditions(bare) if use is Use.LINK else bare), _OF_INTERFACE
        case Kind.GPL_2:
            return (_at_least_conditions(bare) if outbound.base == "GPL-2.0" else bare), _OF_GPL_2
        case Kind.NAMED:
            return bare, _OF_NAMED
        case Kind.ONE_LIBRARY:
            return bare, _OF_ONE_LIBRARY
    return bare, _OF_NOTHING


def _at_least_conditions(bare: Answer) -> Answer:
    """What is permitted if something is kept to; a better answer stays."""
    return min(bare, Answer.CONDITIONS, key=badness)
