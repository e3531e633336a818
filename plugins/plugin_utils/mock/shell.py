# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session at the IOS command line of a simulated device.

The shell knows no network: it is fed what was typed and writes to a :class:`Terminal`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Protocol

from . import filters
from .faults import COMMAND_ACTIONS, REFUSAL, RELOAD, Fault, Faults, Step, Stop, play
from .files import FileCommands
from .flash import FlashError
from .grammar import Ambiguous, Command, Grammar, Incomplete, Invalid, Match
from .journal import Journal
from .line import Key, LineEditor
from .pager import Pager
from .session import Ask, Device, Reply
from .tcl import Tcl
from .terminal import TerminalCommands

CONFIG_NAME = 20  # characters of the host name in a configuration prompt
ANY_CONFIG = "any config"  # the mode of commands that every configuration mode has


class Terminal(Protocol):
    """The other end of a shell."""

    def write(self, text: str) -> None: ...

    def later(self, seconds: float, callback: Callable[[], None]) -> None: ...

    def close(self) -> None:
        """The session is over in good order."""

    def drop(self) -> None:
        """The connection breaks."""

    def restart(self) -> None:
        """The device restarts: all its connections break."""


class Shell:
    """A :class:`Session` that reads lines, runs commands and prints prompts as IOS does.

    ``length`` and ``width`` are those of the terminal; length 0 does not page.
    """

    def __init__(
        self,
        device: Device,
        terminal: Terminal,
        *,
        username: str = "",
        privilege: int = 15,
        faults: Faults | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.device = device
        self.terminal = terminal
        self.username = username
        self.privilege = privilege
        self.length = 24
        self.width = 80
        self._faults = faults or Faults()
        self._journal = journal or Journal()
        self._modes: list[tuple[str, dict[str, str]]] = [("exec", {})]
        self._tcl: Tcl | None = None
        self._editor = LineEditor()
        self._input = ""
        self._after_cr = False
        self._line = ""
        self._output: list[str] = []
        self._question: Ask | None = None
        self._pager: Pager | None = None
        self._fault: Fault | None = None
        self._filter: Match | None = None
        self._once = False
        self._busy = False
        self._over = False

    # What a command's handler sees

    @property
    def mode(self) -> str:
        return self._modes[-1][0]

    @property
    def context(self) -> dict[str, str]:
        return self._modes[-1][1]

    def enter(self, mode: str, **context: str) -> None:
        self._modes.append((mode, context))

    # What the network sees

    def start(self, motd: str = "") -> None:
        """Print the first prompt."""
        self._begin("<login>")
        self._finish(f"\n{motd}\n" if motd else "\n")
        self._flush()

    def run_once(self, line: str) -> None:
        """Do one command without echo and prompt and end the session, as for ``ssh host COMMAND``."""
        self.length = 0
        self._once = True
        self._dispatch(line)
        self._flush()

    def feed(self, text: str) -> None:
        """What was typed. While a command takes its time, it waits, unechoed. CR LF is one Enter."""
        if self._over or not text:
            return
        if self._after_cr:
            text = text.removeprefix("\n")
        self._after_cr = text.endswith("\r")
        self._input += text.replace("\r\n", "\r")
        self._pump()

    def interrupt(self) -> None:
        self.feed(Key.INTERRUPT)

    def close(self) -> None:
        """The connection is gone: nothing more is written."""
        self._over = True
        self._input = ""

    def quit(self) -> None:
        """``exit`` from EXEC."""
        self._flush()
        self.close()
        self.terminal.close()

    def restart(self) -> None:
        """``reload``, confirmed."""
        self._flush()
        self.close()
        self.device.reload()
        self.terminal.restart()

    def _pump(self) -> None:
        while self._input and not self._busy and not self._over:
            if self._pager:
                key, self._input = self._input[0], self._input[1:]
                self._page(key)
            elif self._question and self._question.keys:
                key, self._input = self._input[0], self._input[1:]
                self._answer("" if key in "\r\n" else key)
            else:
                self._read_line()
        self._flush()

    def _read_line(self) -> None:
        hidden = bool(self._question and self._question.hidden)
        typed, echo, self._input = self._editor.feed(self._input, hidden=hidden, help=not self._question)
        self._output.append(echo)
        if typed is None:
            return
        if self._question:
            if typed.key == Key.ENTER:
                self._answer(typed.line)
            else:
                self._question = None
                self._finish("\n")
            return
        self._output.append("\r\n")
        if typed.key == Key.HELP:
            text = self._grammar.help(typed.line, self.mode, self.privilege)
            self._output.append(_crlf(text) + self._prompt() + typed.line)
            return
        if typed.key == Key.INTERRUPT:
            self._finish("")
            return
        if self._tcl:
            self._run_tcl(typed.line)
            return
        self._dispatch(typed.line, leave=typed.key == Key.END)

    # One command

    def _begin(self, subject: str) -> None:
        self._journal.record(self.device.spec.name, subject, user=self.username, mode=self.mode)
        self._fault = self._faults.take(self.device.spec.name, subject, COMMAND_ACTIONS)

    def _dispatch(self, line: str, *, leave: bool = False) -> None:
        """Do a line. ``leave``: it ended with ^Z, which leads out of configuration."""
        self._line = line.rstrip()
        text = line.strip()
        reply: Reply = None
        if text and not text.startswith("!"):
            self._begin(text)
            if self._fault and self._fault.action == RELOAD:
                self.restart()
                return
            if self._fault and self._fault.action == "error":
                reply = self._fault.text or REFUSAL
            else:
                reply = self._guarded(lambda: self._run(line))
        if leave:
            self._leave(1)
        self._finish(reply)

    def _run(self, line: str) -> Reply:
        """Run ``line`` in the mode the session is in."""
        if self.mode == "exec":
            return self._run_exec(line)
        found = self._grammar.match(line, ANY_CONFIG, self.privilege)
        if isinstance(found, Match):
            return found.command.handler(self, found.args)
        error: Reply = None
        for depth in range(len(self._modes) - 1, 0, -1):
            found = self._grammar.match(line, self._modes[depth][0], self.privilege)
            if isinstance(found, Match):
                del self._modes[depth + 1 :]
                return found.command.handler(self, found.args)
            if error is None or not isinstance(found, Invalid):
                error = self._complaint(found)
        return error

    def _run_exec(self, line: str) -> Reply:
        command, wanted = filters.split(line)
        found = self._grammar.match(command, "exec", self.privilege)
        if not isinstance(found, Match):
            return self._complaint(found)
        if wanted:
            matched = filters.read(wanted)
            if not isinstance(matched, Match):
                return self._complaint(matched)
            self._filter = matched
        return found.command.handler(self, found.args)

    def _complaint(self, found: Invalid | Incomplete | Ambiguous) -> str:
        match found:
            case Invalid(column):
                return " " * (len(self._prompt()) + column) + "^\n% Invalid input detected at '^' marker.\n\n"
            case Ambiguous(text):
                return f'% Ambiguous command:  "{text}"\n'
        return "% Incomplete command.\n\n"

    def _guarded(self, action: Callable[[], Reply]) -> Reply:
        """Do it under the fault in force, and print what the file system refuses."""
        with self.device.flash.under(self._fault):
            try:
                return action()
            except FlashError as error:
                return f"{error}\n"

    def _answer(self, answer: str) -> None:
        question, self._question = self._question, None
        if question is None:
            raise AssertionError("the caller looked")
        self._output.append(f"{answer}\r\n" if question.keys else "\r\n")
        self._finish(self._guarded(lambda: question.then(answer)))

    def _finish(self, reply: Reply) -> None:
        """Print what a command has to say, then its question or the prompt."""
        if self._over:
            return
        if isinstance(reply, Ask):
            self._question = reply
            text = reply.prompt
        else:
            text = reply or ""
            if self._filter and text:
                text = filters.apply(self._filter, text)
            if text and not text.endswith("\n"):
                text += "\n"
            self._filter = None
        steps: list[Step] = self._fault.shape(text) if self._fault else [text]
        if not isinstance(reply, Ask):
            self._fault = None
        if self.length and steps == [text] and text.count("\n") >= self.length:
            self._pager = Pager(text, self.length)
            self._page(" ")
        else:
            self._play(steps)

    def _page(self, key: str) -> None:
        if self._pager is None:
            raise AssertionError("the caller looked")
        self._output.append(_crlf(self._pager.press(key)))
        if self._pager.done:
            self._pager = None
            self._ready()

    def _play(self, steps: list[Step]) -> None:
        def write(text: str) -> None:
            self._output.append(_crlf(text))

        play(steps, write=write, later=self._wait, stop=self._stop, then=self._ready)

    def _wait(self, seconds: float, go_on: Callable[[], None]) -> None:
        def resume() -> None:
            self._busy = False
            if not self._over:
                go_on()
                self._pump()

        self._busy = True
        self._flush()
        self.terminal.later(seconds, resume)

    def _stop(self, stop: Stop) -> None:
        self._flush()
        self.close()
        if stop is Stop.DROP:
            self.terminal.drop()

    def _ready(self) -> None:
        if self._question:
            return
        if self._once:
            self.quit()
            return
        self._output.append(self._prompt())

    def _prompt(self) -> str:
        if self._once:
            return ""
        if self._tcl:
            return "+>" if self._tcl.unfinished else f"{self.device.hostname}(tcl)#"
        if self.mode == "exec":
            return f"{self.device.hostname}{'#' if self.privilege > 1 else '>'}"
        return f"{self.device.hostname[:CONFIG_NAME]}({self.mode})#"

    def _flush(self) -> None:
        text = "".join(self._output)
        self._output.clear()
        if text:
            self.terminal.write(text)

    @cached_property
    def _grammar(self) -> Grammar:
        """Only made when a command is typed: a login costs no more than it has to."""
        own = (*self._commands(), *FileCommands(self.device).commands(), *TerminalCommands(self).commands())
        return Grammar((*self.device.commands(), *own))

    # Commands that are about the session's modes

    def _commands(self) -> Iterator[Command]:
        yield Command("configure [terminal]", lambda _s, args: self._configure(args), privilege=15)
        yield Command("tclsh", lambda _s, _a: self._start_tcl(), privilege=15)
        yield Command("end", lambda _s, _a: self._leave(1), ANY_CONFIG, 15)
        yield Command("exit", lambda _s, _a: self._leave(len(self._modes) - 1), ANY_CONFIG, 15)
        yield Command("do <line...>", lambda _s, args: self._do(args["line"]), ANY_CONFIG, 15)

    def _configure(self, args: dict[str, str]) -> Reply:
        if "terminal" not in args:
            return Ask(
                "Configuring from terminal, memory, or network [terminal]? ",
                lambda _answer: self._configure({"terminal": "terminal"}),
            )
        self.enter("config")
        return "Enter configuration commands, one per line.  End with CNTL/Z.\n"

    def _leave(self, depth: int) -> None:
        """Back to the mode that is ``depth`` modes deep; EXEC is 1."""
        del self._modes[depth:]

    def _do(self, line: str) -> Reply:
        """``do``: an EXEC command, and the mode stays as it was."""
        modes = list(self._modes)
        reply = self._run_exec(line.rjust(len(self._line)))  # the columns are those of the whole line
        self._modes = modes
        return reply

    def _start_tcl(self) -> None:
        self._tcl = Tcl(self.device.flash, self._exec_text)

    def _run_tcl(self, line: str) -> None:
        tcl = self._tcl
        if tcl is None:
            raise AssertionError("the caller looked")
        self._begin(line)
        if line.strip() in ("tclquit", "exit"):
            self._tcl = None
            self._finish(self._guarded(tcl.quit))
            return
        self._finish(self._guarded(lambda: tcl.feed(line)))

    def _exec_text(self, line: str) -> str:
        reply = self._run_exec(line)
        return reply if isinstance(reply, str) else ""


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")
