# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an IOS XE terminal: prompts, questions, errors, echoes. Pure text (cli.md 7.1, 7.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

CONFIRM = (r"\[confirm\]\s*$", "")
"""``[confirm]``: return goes on."""
KEEP_NAME = (r"(?i)file ?name \[[^\]]*\]\?\s*$", "")
"""``Destination filename [x]?``, ``Delete filename [x]?``: return takes the name offered."""

_PROMPT = re.compile(r"[\w.\-/+:\[\]]{1,70}(?:\([\w.\-/: ]+\))?[>#] ?")
_QUESTION = re.compile(
    r"(?:\[confirm\]|\[(?:yes|no|y)(?:/(?:no|yes|n))?\]\s*[:?]?|\((?:yes/no|y/n)[^)]*\)\s*[:?]?"
    r"|\[[^\]]*\]\s*[:?]|\?|(?i:pass(?:word|code|phrase)|user ?name|login)[\w ]*:|--More--)\s*$"
)
_ERROR = re.compile(
    r"^(?:% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|Bad|Error|Access denied|Authorization failed)\b.*"
    r"|% \S.*|Command authorization failed.*|Command rejected.*)$",
    re.MULTILINE,
)
_REFUSED = re.compile(
    r"^(?:% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized)|Command authorization failed)", re.M
)
_SHORT = 12  # lines: an answer that is an error is short, a long text that holds a "% " line is none
_READ_ONLY = re.compile(r"(?i)(?:show|dir|verify|more)\b")
_TIMESTAMP = re.compile(r"\s*Load for five secs:.*\n(?:\s*(?:Time source is|No time source).*\n)?")
_SECRET_WORD = re.compile(r"(?i)\b(idtoken|password|secret|key)(\s+[0-9])?\s+\S+")


def is_prompt(line: str) -> bool:
    """Does this whole line look like the prompt of some IOS mode? (``Last ACK: <none>`` does not.)"""
    return bool(_PROMPT.fullmatch(line))


def is_question(line: str) -> bool:
    """Does this unfinished line look like something that waits for a typed answer?"""
    return bool(_QUESTION.search(line))


def is_read_only(command: str) -> bool:
    """May this command be typed ahead of another one: it asks nothing and changes nothing?"""
    return bool(_READ_ONLY.match(command))


def error_in(text: str) -> str | None:
    """The line that says that a command failed, or None."""
    if text.count("\n") > _SHORT:
        return None
    match = _ERROR.search(text)
    return match.group(0).strip() if match else None


def remarks(text: str) -> str:
    """Every line of a longer session that says that something failed, in their order; empty when there is none."""
    return "; ".join(dict.fromkeys(match.group(0).strip() for match in _ERROR.finditer(text)))


def is_refused(text: str) -> bool:
    """Did the parser or command authorization refuse the command, so that it did nothing?"""
    return text.count("\n") <= _SHORT and bool(_REFUSED.search(text))


def public(command: str) -> str:
    """The command as an error may quote it."""
    return _SECRET_WORD.sub(r"\1 ********", command)


def last_line(text: str) -> str:
    return text[text.rfind("\n") + 1 :].lstrip("\r")


def normalise(data: bytes) -> str:
    """Terminal octets as text with plain line ends; octets that are no UTF-8 are shown as such."""
    return data.decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "")


def strip_echo(text: str, commands: Sequence[str]) -> str:
    """Drop the echoes of typed lines from the start (a device that echoes early may put several there, or none)."""
    typed = {command.strip() for command in commands}
    lines = text.split("\n")
    while lines and lines[0].strip() in typed:
        del lines[0]
    return "\n".join(lines)


def strip_timestamp(text: str) -> str:
    """Drop what ``terminal exec prompt timestamp`` puts before an answer (cli.md 3)."""
    match = _TIMESTAMP.match(text)
    return text[match.end() :] if match else text


def split_answers(text: str, prompt: str, commands: Sequence[str]) -> list[str]:
    """The answers that are complete in ``text``, which began with the first echo; at most one for each command.

    A boundary is a line that is the prompt, alone or with the echo of a command behind it. Where the device echoed
    what was typed ahead at once, the next answer follows the prompt on the same line.
    """
    typed = {command.strip() for command in commands}
    ahead = [line.strip() for line in text.split("\n", len(commands))[: len(commands)]] == [c.strip() for c in commands]
    answers: list[str] = []
    current: list[str] = []
    for line in text.split("\n"):
        rest = line[len(prompt) :].strip()
        if line.startswith(prompt) and (ahead or not rest or rest in typed):
            answers.append(strip_echo("\n".join(current), commands))
            current = [line[len(prompt) :]] if ahead else []
        else:
            current.append(line)
    return answers[: len(commands)]
