# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the walk through the seed needs: rules as rows, the seed's paragraphs by section, those without a rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parents[4] / "shared"
SEED = SHARED / "seed" / "how-smart-licensing-using-policy-works.txt"

COMPONENTS = "Components Involved"
INSTANCE = "Product Instance"
CSLU = "Cisco Smart License Utility (CSLU)"
CONTROLLER = "Controller"
ONPREM = "Cisco Smart Software Manager On-Prem (SSM On-Prem)"
STAGES = "Stages of License Management with the Smart Licensing Using Policy Solution"
CONNECTING = "Connecting to Cisco SSM"
THROUGH_CSLU = "Connected to CSSM Through CSLU"
DIRECTLY = "Connected Directly to CSSM"
DISCONNECTED = "CSLU Disconnected from CSSM"
THROUGH_CONTROLLER = "Connected to CSSM Through a Controller"
OFFLINE = "No Connectivity to CSSM and No CSLU"
ONPREM_DEPLOYMENT = "SSM On-Prem Deployment"
HA = "High Availability"
HA_TRUST = "Trust Code Requirements in a High Availability Set-Up"
HA_POLICY = "Policy Requirements in a High Availability Set-Up"
HA_FUNCTIONS = "Product Instance Functions in a High Availability Set-Up"


@dataclass(frozen=True)
class Rule:
    """One rule: where it stands, in a few words of ours, what is asked of the code, and what it has to answer.

    ``paragraphs`` are counted from 1 within their section, labels, pictures and items of lists included.
    """

    section: str
    paragraphs: tuple[int, ...]
    words: str
    asked: Callable[[], Any]
    expected: Any

    def __str__(self) -> str:
        return f"{self.section} {','.join(map(str, self.paragraphs))}: {self.words}"


# Paragraphs without a rule for the code, and why there is none.
NO_RULE: dict[str, dict[int, str]] = {
    "How Smart Licensing Using Policy Works": dict.fromkeys(range(1, 6), "contents"),
    COMPONENTS: {1: "introduction"},
    INSTANCE: {2: "a definition"},
    "Cisco Smart Software Manager (Cisco SSM)": dict.fromkeys((1, 2, 3), "what the portal is, and where"),
    CSLU: {4: "authorization codes: no wireless licence needs one"},
    CONTROLLER: {1: "a definition", 3: "introduction", 5: "head of a table", 10: "a link"},
    ONPREM: {3: "introduction", 4: "head of a table", 8: "a link"},
    STAGES: {1: "introduction", 2: "done in the portal"},
    CONNECTING: {2: "about the document", 3: "about the document"},
    THROUGH_CSLU: {9: "introduction"},
    DIRECTLY: {2: "history", 11: "what Call Home is", 21: "a link", 23: "introduction"},
    DISCONNECTED: {8: "introduction"},
    THROUGH_CONTROLLER: {},
    OFFLINE: {7: "introduction", 14: "authorization codes: returned in the portal, and no wireless licence has one"},
    ONPREM_DEPLOYMENT: {
        27: "about servers, not about product instances",
        28: "size of the server",
        29: "clusters of the server",
        30: "clusters of the server",
        36: "introduction",
        44: "upgrading the server",
    },
    HA: {1: "introduction"},
    HA_FUNCTIONS: {1: "introduction"},
}

# The same of cli.md, which the seed's rules were drawn from.
NO_RULE_OF_REFERENCE: dict[str, dict[int, str]] = {
    "0.1": {
        1: "older than every controller",
        9: "a reason in a wireless model; no state of a licence",
        10: "output: tests/unit/slp/test_show_layouts.py",
    },
    "5.0": {},
}

_HEADING = re.compile(r"[A-Z][\w*() -]{3,88}")
_PART = re.compile(r"\W*(Considerations or Recommendations|Release-Wise Changes and Enhancements)\W*")
_NO_TEXT = re.compile(
    r"Figure \d|Table \d|To implement this topology|Where to Go Next|- (Trust code request and inst|RUM report thr)"
    r"|- Simpler authorization"
)


def paragraphs(text: str) -> dict[str, dict[int, str]]:
    """The seed's paragraphs by section and number; a heading is a line of words alone, between empty lines."""
    found: dict[str, dict[int, str]] = {}
    section = ""
    for block in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if len(lines) == 1 and _HEADING.fullmatch(lines[0]) and not _PART.fullmatch(lines[0]):
            section = lines[0].replace("*", "")
            found[section] = {}
            continue
        for line in lines:
            found[section][len(found[section]) + 1] = line
    return found


def is_label(line: str) -> bool:
    """Announces what follows, shows a picture or leads to another page: whoever covers what follows covers it."""
    return line.rstrip("*").endswith(":") or bool(_PART.fullmatch(line) or _NO_TEXT.match(line))


def reference(section: str, text: str) -> dict[int, str]:
    """The rows, items and paragraphs of a section of cli.md by number; a line that begins as none of them goes on."""
    body = text.partition(f"\n### {section} ")[2].partition("\n")[2]
    body = re.split(r"\n(?:\*\*Sources|###? |---\n)", body)[0]
    found: list[str] = []
    for block in re.split(r"\n\s*\n", body):
        begun = False
        for line in block.splitlines():
            if re.match(r"\s*(\||\d+\.|\*)", line) or not begun:
                found.append(line)
            begun = True
    rows = [line for line in found if line.strip() and not re.match(r"\| ?(Release|---)", line)]
    return dict(enumerate(rows, 1))
