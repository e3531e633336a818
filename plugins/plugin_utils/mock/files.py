# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file commands of IOS, with their questions and their wording (cli.md 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .flash import Flash, offset
from .grammar import Command
from .session import Ask, Device, Reply, Session

Args = dict[str, str]
SAVED = "Building configuration...\n[OK]\n"


class FileCommands:
    """The file commands of one device."""

    def __init__(self, device: Device) -> None:
        self._device = device

    @property
    def _flash(self) -> Flash:
        return self._device.flash

    def commands(self) -> Iterator[Command]:
        yield Command("dir [{/all|/recursive}] [<url>]", self._dir)
        yield Command("show file systems", self._file_systems)
        for name in self._flash.names:
            yield Command(f"show {name} [all]", self._show_flash)
        if self._device.spec.md5:
            yield Command("verify /md5 <url> [<digest>]", self._verify, privilege=15)
        for pattern, handler in (
            ("more [{/ascii|/binary}] <url>", self._more),
            ("delete [{/force|/recursive}] [{/force|/recursive}] <url>", self._delete),
            ("copy <source> <target>", self._copy),
            ("copy running-config startup-config", self._copy_to_startup),
            ("copy running-config <target>", self._copy_running),
            ("write [memory]", self._write),
            ("rename <source> <target>", self._rename),
            ("mkdir <url>", self._mkdir),
        ):
            yield Command(pattern, handler, privilege=15)
        yield Command("file prompt {alert|noisy|quiet}", self._prompts, "config", 15)
        yield Command("no file prompt [{alert|noisy|quiet}]", self._prompts, "config", 15)

    def _dir(self, _session: Session, args: Args) -> Reply:
        return self._flash.listing(args.get("url", ""))

    def _file_systems(self, _session: Session, _args: Args) -> Reply:
        rows = [
            (" ", "-", "-", "opaque", "system:"),
            ("*", str(self._flash.size), str(self._flash.free), "disk", " ".join(self._flash.names)),
            (" ", "33554432", "33539964", "nvram", "nvram:"),
            (" ", "-", "-", "network", "scp:"),
        ]
        head = "File Systems:\n\n       Size(b)       Free(b)      Type  Flags  Prefixes\n"
        return head + "".join(
            f"{m}{size:>13}{free:>14}{kind:>10}     rw   {names}\n" for m, size, free, kind, names in rows
        )

    def _show_flash(self, _session: Session, _args: Args) -> Reply:
        lines = []
        for number, (name, file) in enumerate(self._flash.matching(""), 1):
            changed = f"{file.changed:%b %d %Y %H:%M:%S}.0000000000 {offset(file.changed)}"
            lines.append(f"{number:<4d}{len(file.data or b''):>10d} {changed} {name}\n")
        free = self._flash.free
        tail = f"\n{free} bytes available ({self._flash.size - free} bytes used)\n"
        return "".join(["-#- --length-- ---------date/time--------- path\n", *lines, tail])

    def _more(self, _session: Session, args: Args) -> Reply:
        return self._flash.read(args["url"]).decode("utf-8", "surrogateescape")

    def _verify(self, _session: Session, args: Args) -> Reply:
        url = args["url"]
        digest = self._flash.md5(url)
        dots = "." * min(200, 1 + len(self._flash.read(url)) // 100_000)
        if args.get("digest", digest).lower() != digest:
            return (
                f"{dots}Done!\n%Error verifying {url}\n"
                f"Computed signature  = {digest}\nSubmitted signature = {args['digest']}\n"
            )
        return f"{dots}Done!\n{'Verified' if 'digest' in args else 'verify /md5'} ({url}) = {digest}\n"

    def _delete(self, _session: Session, args: Args) -> Reply:
        url = args["url"]
        if "/force" in args or self._flash.quiet:
            return self._remove(url)

        def named(answer: str) -> Reply:
            name = answer.strip() or url
            return Ask(
                f"Delete {self._flash.url(name).replace(':', ':/', 1)}? [confirm]",
                lambda key: self._remove(name) if _yes(key) else "Delete of file aborted!\n",
                keys=True,
            )

        return Ask(f"Delete filename [{_base(url)}]? ", named)

    def _copy(self, _session: Session, args: Args) -> Reply:
        data = self._flash.read(args["source"])
        proposed = _base(args["target"]) or _base(args["source"])
        return self._destination(proposed, args["target"], lambda target: self._copied(target, data))

    def _copy_running(self, _session: Session, args: Args) -> Reply:
        data = self._device.running_config().encode()
        proposed = _base(args["target"]) or f"{self._device.hostname.lower()}-confg"
        return self._destination(proposed, args["target"], lambda target: self._copied(target, data))

    def _copy_to_startup(self, _session: Session, _args: Args) -> Reply:
        if self._flash.quiet:
            return self._write(_session, _args)
        return Ask("Destination filename [startup-config]? ", lambda _answer: self._write(_session, _args))

    def _destination(self, proposed: str, target: str, copy: Callable[[str], Reply]) -> Reply:
        """Ask under which name, and whether to overwrite, as far as ``file prompt`` wants it."""
        filesystem = target.rpartition(":")[0] + ":" if ":" in target else self._flash.filesystem
        if self._flash.quiet:
            return copy(f"{filesystem}{proposed}")

        def named(answer: str) -> Reply:
            name = answer.strip() or proposed
            url = name if ":" in name else f"{filesystem}{name}"
            if url not in self._flash:
                return copy(url)
            return Ask(
                "%Warning:There is a file already existing with this name \nDo you want to over write? [confirm]",
                lambda key: copy(url) if _yes(key) else "%Error: copy aborted\n",
                keys=True,
            )

        return Ask(f"Destination filename [{proposed}]? ", named)

    def _copied(self, url: str, data: bytes) -> str:
        self._flash.write(url, data)
        seconds = 0.01 + len(data) / 10_000_000
        rate = f"{len(data)} bytes copied in {seconds:.3f} secs ({len(data) / seconds:.0f} bytes/sec)"
        return f"Copy in progress...C\n{rate}\n"

    def _write(self, _session: Session, _args: Args) -> Reply:
        self._device.save_config()
        return SAVED

    def _rename(self, _session: Session, args: Args) -> Reply:
        source, target = args["source"], args["target"]
        if self._flash.quiet:
            return self._move(source, target)
        return Ask(
            f"Destination filename [{_base(target)}]? ",
            lambda answer: self._move(source, answer.strip() or target),
        )

    def _mkdir(self, _session: Session, args: Args) -> Reply:
        url = args["url"]

        def create(name: str) -> str:
            self._flash.mkdir(name)
            return f"Created dir {self._flash.url(name)}\n"

        if self._flash.quiet:
            return create(url)
        return Ask(f"Create directory filename [{_base(url)}]? ", lambda answer: create(answer.strip() or url))

    def _prompts(self, _session: Session, args: Args) -> Reply:
        self._flash.quiet = "quiet" in args
        return None

    def _remove(self, url: str) -> Reply:
        self._flash.delete(url)
        return None

    def _move(self, source: str, target: str) -> Reply:
        self._flash.rename(source, target)
        return None


def _base(url: str) -> str:
    return url.rpartition(":")[2].rpartition("/")[2]


def _yes(key: str) -> bool:
    return key in ("", "y", "Y")
