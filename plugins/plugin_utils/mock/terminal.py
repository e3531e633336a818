# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXEC commands about the session itself: privilege, terminal, clock, leaving and restarting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .grammar import Command
from .session import Ask, Reply, Session

if TYPE_CHECKING:
    from .shell import Shell

Args = dict[str, str]
TRIES = 3


class TerminalCommands:
    """The commands of one shell."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def commands(self) -> Iterator[Command]:
        yield Command("enable [<level:1-15>]", self._enable)
        yield Command("disable [<level:1-15>]", self._disable)
        yield Command("show privilege", self._privilege)
        yield Command("show clock [detail]", self._clock)
        yield Command("terminal length <lines:0-512>", self._length)
        yield Command("terminal width <columns:0-512>", self._width)
        yield Command("terminal [no] monitor", self._nothing)
        for word in ("exit", "logout", "quit"):
            yield Command(word, self._quit)
        yield Command("reload [{/verify|/noverify}]", self._reload, privilege=15)

    def _enable(self, _session: Session, args: Args) -> Reply:
        level = int(args.get("level", "15"))
        if level <= self._shell.privilege:
            self._shell.privilege = level
            return None
        return self._password(level, TRIES)

    def _password(self, level: int, tries: int) -> Ask:
        def check(answer: str) -> Reply:
            if answer == self._shell.device.spec.enable_password:
                self._shell.privilege = level
                return None
            return self._password(level, tries - 1) if tries > 1 else "% Bad secrets\n\n"

        return Ask("Password: ", check, hidden=True)

    def _disable(self, _session: Session, args: Args) -> Reply:
        self._shell.privilege = min(self._shell.privilege, int(args.get("level", "1")))
        return None

    def _privilege(self, _session: Session, _args: Args) -> Reply:
        return f"Current privilege level is {self._shell.privilege}\n"

    def _clock(self, _session: Session, args: Args) -> Reply:
        now = self._shell.device.local_time()
        synced = self._shell.device.ntp_synced()
        text = (
            f"{'' if synced else '*'}{now:%H:%M:%S}.{now.microsecond // 1000:03d} {now:%Z %a %b} {now.day} {now.year}\n"
        )
        if "detail" in args:
            text += f"Time source is {'NTP' if synced else 'hardware calendar'}\n"
        return text

    def _length(self, _session: Session, args: Args) -> Reply:
        self._shell.length = int(args["lines"])
        return None

    def _width(self, _session: Session, args: Args) -> Reply:
        self._shell.width = int(args["columns"])
        return None

    def _nothing(self, _session: Session, _args: Args) -> Reply:
        return None

    def _quit(self, _session: Session, _args: Args) -> Reply:
        self._shell.quit()
        return None

    def _reload(self, _session: Session, _args: Args) -> Reply:
        if self._shell.device.config_saved():
            return self._proceed("")

        def save(answer: str) -> Reply:
            match answer.strip().lower():
                case "yes" | "y":
                    self._shell.device.save_config()
                    return self._proceed("Building configuration...\n[OK]\n")
                case "no" | "n":
                    return self._proceed("")
            return Ask(
                "% Please answer 'yes' or 'no'.\n\nSystem configuration has been modified. Save? [yes/no]: ", save
            )

        return Ask("\nSystem configuration has been modified. Save? [yes/no]: ", save)

    def _proceed(self, before: str) -> Ask:
        def confirmed(key: str) -> Reply:
            if key in ("", "y", "Y"):
                self._shell.restart()
            return None

        return Ask(f"{before}Proceed with reload? [confirm]", confirmed, keys=True)
