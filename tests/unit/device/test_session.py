# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands over the terminal: ends of answers, questions, errors, the session that breaks."""

from __future__ import annotations

from time import monotonic

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError, ConnectionLost
from ansible_collections.c9800.slp.plugins.plugin_utils.device import prompts

from .conftest import DROP, Lab, Served, Step, Terminal

STATUS = "Utility:\n  Status: DISABLED\nLast ACK received: <none>\nPush: <empty>\nEnd: yes\n"


def slow(text: str, pause: float = 0.6) -> list[Step]:
    """The text with a pause directly behind each thing that looks like a prompt to somebody."""
    steps: list[Step] = []
    for line in text.splitlines():
        steps += [line, pause] if line.endswith(">") else [line]
        steps.append("\n")
    return steps


@pytest.mark.parametrize("together", [False, True])
def test_a_pause_after_none_is_not_the_end(lab: Lab, together: bool) -> None:
    driver = lab.login(Terminal(replies={"show license status": slow(STATUS), "show clock": "10:00\n"}))
    commands = ["show license status", "show clock"] if together else ["show license status"]
    assert driver.run_all(commands)["show license status"] == STATUS.rstrip()


def test_a_question_mark_in_a_show_text_with_a_pause_is_not_a_question(lab: Lab) -> None:
    driver = lab.login(Terminal(replies={"show x": ["Is it up?", 1.0, " yes\n"]}))
    assert driver.run("show x") == "Is it up? yes"


def test_silence_beyond_the_command_timeout_ends_the_session(lab: Lab) -> None:
    driver = lab.login(Terminal(replies={"show x": ["Last ACK: <none>", 9.0]}), command_timeout=0.4)
    with pytest.raises(CommandError, match=r"wlc1: 'show x' did not .*0\.4 s of silence.*<none>.*command_timeout"):
        driver.run("show x")


@pytest.mark.parametrize(
    "question",
    [
        "Destination filename [x.xml]? ",
        "Proceed with reload? [confirm]",
        "Do you want to continue? [yes/no]: ",
        "Really (y/n) ",
        "Enter passphrase: ",
        " --More-- ",
    ],
)
def test_an_unknown_question_fails_at_once_and_is_quoted(lab: Lab, question: str) -> None:
    driver = lab.login(Terminal(questions={"license smart thing": question}, replies={"show clock": "10:00\n"}))
    begun = monotonic()
    with pytest.raises(CommandError) as error:
        driver.run("license smart thing")
    assert monotonic() - begun < 4, "the time limit of commands is 5 s"
    assert str(error.value).startswith(f"wlc1: 'license smart thing' asks something unexpected: {question.strip()!r}")
    assert driver.run("show clock") == "10:00", "the session goes on"


@pytest.mark.parametrize(
    ("question", "answers", "typed"),
    [
        ("Delete bootflash:/x? [confirm]", [prompts.CONFIRM], ""),
        ("Destination filename [x]? ", [prompts.KEEP_NAME], ""),
        ("Do you want to continue? [yes/no]: ", [(r"continue\? \[yes/no\]:\s*$", "yes")], "yes"),
    ],
)
def test_known_questions_are_answered(lab: Lab, question: str, answers: list[tuple[str, str]], typed: str) -> None:
    served = lab.serve(Terminal(questions={"do it": question}))
    lab.login(served).run("do it", answers=answers)
    assert served.terminal.typed[-1] == f"answer {typed!r}"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("                ^\n% Invalid input detected at '^' marker.\n\n", "% Invalid input detected at '^' marker."),
        ("% Incomplete command.\n\n", "% Incomplete command."),
        ('% Ambiguous command:  "sh"\n', '% Ambiguous command:  "sh"'),
        ("%Error opening tftp://h/x (Timed out)\n", "%Error opening tftp://h/x (Timed out)"),
        ("Command authorization failed.\n\n", "Command authorization failed."),
    ],
)
def test_errors_of_the_device_are_errors(lab: Lab, text: str, quoted: str) -> None:
    with pytest.raises(CommandError) as error:
        lab.login(Terminal(replies={"copy a b": text})).run("copy a b")
    assert str(error.value) == f"wlc1: 'copy a b' failed ({' '.join(quoted.split())})"


@pytest.mark.parametrize(
    "text",
    [
        '%Warning: reload required after "license smart factory reset" command\n',
        "*Nov 24 2026 10:00:00: %SMART_LIC-3-COMM_FAILED: Communications failure\n",
        "Failure Reason: connection timed out\nThe requested item was not found\n",
        "".join(f"line {n}\n" for n in range(20)) + "% of memory used: 12\n",
    ],
)
def test_texts_that_only_look_like_errors_are_answers(lab: Lab, text: str) -> None:
    assert lab.login(Terminal(replies={"show x": text})).run("show x") == text.rstrip()


def test_commands_the_release_lacks_are_left_out_unless_required(lab: Lab) -> None:
    driver = lab.login(Terminal(replies={"show version": "17.3.4\n", "show clock": "10:00\n"}))
    commands = ["show version", "show license rum id all", "show clock"]
    assert driver.run_all(commands) == {"show version": "17.3.4", "show clock": "10:00"}
    with pytest.raises(CommandError, match=r"wlc1: 'show license rum id all' is refused \(% Invalid input"):
        driver.run_all(commands, required=["show license rum id all"])


@pytest.mark.parametrize("terminal", [{}, {"early_echo": True}, {"typeahead": False}])
def test_many_commands_in_one_write(lab: Lab, terminal: dict[str, bool]) -> None:
    """Whether the device echoes at once, in turn, or drops what is typed ahead of it."""
    texts = {f"show item {n}": f"item {n}: <none>\n\n  wlc-lab-01 is up\n" for n in range(4)}
    served = lab.serve(Terminal(replies=dict(texts)))
    driver = lab.login(served)
    vars(served.terminal).update(terminal)
    assert driver.run_all(list(texts)) == {command: text.strip("\n") for command, text in texts.items()}
    assert driver.run("show item 2") == texts["show item 2"].strip("\n")


def test_commands_that_change_something_are_never_typed_ahead(lab: Lab) -> None:
    served = lab.serve(Terminal(questions={"reload": "Proceed with reload? [confirm]"}))
    driver = lab.login(served)
    with pytest.raises(CommandError, match="Proceed with reload"):
        driver.run_all(["show privilege", "reload", "show privilege"])
    assert served.terminal.typed[-1] == "answer None"


@pytest.mark.parametrize("source", ["Time source is NTP, 10:02:41.113 UTC Sat Mar 2 2026", "No time source, 10:02:41"])
def test_timestamps_before_answers_are_no_part_of_them(lab: Lab, source: str) -> None:
    before = f"Load for five secs: 1%/0%; one minute: 0%; five minutes: 0%\n{source}\n\n"
    data = b"<a>\n</a>\n"
    replies = {"license smart save": "", "show clock": "10:00\n", "show x": "x\n"}
    driver = lab.login(Terminal(before=before, replies=dict(replies), files={"f": data}))
    assert driver.run("license smart save") == ""
    assert driver.run_all(["show clock", "show x"]) == {"show clock": "10:00", "show x": "x"}
    assert driver.fetch("bootflash:f", size=len(data), md5=None) == data


def test_a_session_that_breaks_says_where(lab: Lab) -> None:
    driver = lab.login(Terminal(replies={"show license all": ["Smart Licensing Status\n", "Policy: <none>", DROP]}))
    with pytest.raises(ConnectionLost) as error:
        driver.run("show license all")
    assert "wlc1: the session ended in the middle of 'show license all', after" in str(error.value)
    assert "Policy: <none>" in str(error.value)
    with pytest.raises(ConnectionLost, match="wlc1: the session"):
        driver.run("show clock")
    driver.close()
    driver.close()


def test_a_password_that_is_not_taken_is_an_error(lab: Lab) -> None:
    """Nothing shows later that it is the old one; of other lines the configuration shows what has become of them."""
    short = "% Password too short - must be at least 10 characters. Password configuration failed\n"
    line = "username cslu privilege 15 secret 0 canary1"
    driver = lab.login(Terminal(replies={line: short, "ip vrf x": "% Some remark\n"}))
    driver.configure(["ip vrf x"])
    with pytest.raises(CommandError) as error:
        driver.configure([line])
    assert "too short" in str(error.value)
    assert "canary1" not in str(error.value)


@pytest.mark.parametrize("end", [DROP, 9.0])
def test_an_echoed_token_is_not_quoted_even_in_part(lab: Lab, end: object) -> None:
    """The last line is quoted from its end: a long token is cut, and no longer found by who hides whole ones."""
    token = "".join(f"{number:04d}" for number in range(40))
    driver = lab.login(Terminal(replies={"license smart trust .*": [end]}), command_timeout=0.4)
    with pytest.raises((CommandError, ConnectionLost)) as error:
        driver.run(f"license smart trust idtoken {token} all force")
    assert "idtoken ********" in str(error.value)
    assert "0039" not in str(error.value)
    assert "0001" not in str(error.value)


def test_secrets_are_hidden_wherever_the_device_repeats_them(lab: Lab) -> None:
    served: Served = lab.serve(Terminal(replies={"license smart trust .*": "% Bad canary-Pa55word here\n"}))
    with pytest.raises(CommandError) as error:
        lab.login(served).run("license smart trust idtoken canary-Token local")
    assert str(error.value) == "wlc1: 'license smart trust idtoken ******** local' failed (% Bad ******** here)"


def test_configuration(lab: Lab) -> None:
    served = lab.serve(
        Terminal(replies={"good line": "", "bad line": "    ^\n% Invalid input detected at '^' marker.\n\n"})
    )
    driver = lab.login(served)
    driver.configure(["good line"])
    with pytest.raises(CommandError, match=r"wlc1: the configuration is refused \(bad line: % Invalid input"):
        driver.configure(["good line", "bad line", "never sent"])
    assert "never sent" not in served.terminal.typed
    assert driver.run("show privilege") == "Current privilege level is 15"
