# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The published models, for a validator that is none of ours: a yang-library of a folder of them, and a data model."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

YANG = Path(__file__).resolve().parents[3] / "shared" / "yang"
FOLDERS = {"17.3.4": "1731", "17.4.1": "1741", "17.6.5": "1761", "17.15.3": "17151"}
"""By release of a simulated device. What 17.3.2a and later of 17.3 have was never published: that of 17.3.1 it is."""
# Not Cisco-IOS-XE-call-home: its conditions use translate(), which yangson does not know.
ROOTS = (
    "cisco-smart-license",
    "Cisco-IOS-XE-native",
    "cisco-ia",
    "Cisco-IOS-XE-rpc",
    "Cisco-IOS-XE-device-hardware-oper",
    "Cisco-IOS-XE-ha-oper",
    "Cisco-IOS-XE-stack-oper",
    "Cisco-IOS-XE-install-oper",
    "Cisco-IOS-XE-cli-rpc",
)


@cache
def data_model(release: str) -> Any:
    """What yangson makes of the models of a release."""
    from yangson import DataModel

    folder = YANG / FOLDERS[release]
    harness = YANG / "harness" / ("yang-1.1" if release == "17.15.3" else "yang-1.0")
    places = (folder, harness)
    modules: dict[str, dict[str, Any]] = {}
    for root in ROOTS:
        if any((place / f"{root}.yang").exists() for place in places):
            _add(modules, places, root, "implement")
    library = {"ietf-yang-library:modules-state": {"module-set-id": release, "module": list(modules.values())}}
    return DataModel(json.dumps(library), tuple(str(place) for place in places))


def _add(modules: dict[str, dict[str, Any]], places: tuple[Path, ...], name: str, conformance: str) -> None:
    if name in modules:
        if conformance == "implement":
            modules[name]["conformance-type"] = conformance
        return
    text = _text(places, name)
    namespace = re.search(r'namespace\s+"([^"]+)"', text)
    assert namespace, name
    modules[name] = entry = {
        "name": name,
        "revision": _revision(text),
        "namespace": namespace[1],
        "conformance-type": conformance,
    }
    included = [(sub, _text(places, sub)) for sub in re.findall(r"^\s*include\s+([\w-]+)", text, re.MULTILINE)]
    if included:
        entry["submodule"] = [{"name": sub, "revision": _revision(body)} for sub, body in included]
    for body in (text, *(body for _unused, body in included)):
        for imported in re.findall(r"^\s*import\s+([\w-]+)\s*\{", _statements(body), re.MULTILINE):
            _add(modules, places, imported, "import")


def _text(places: tuple[Path, ...], name: str) -> str:
    return next(path for place in places if (path := place / f"{name}.yang").exists()).read_text()


def _statements(text: str) -> str:
    """Without what stands in quotes: descriptions have examples in them."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)


def _revision(text: str) -> str:
    found = re.search(r'^\s*revision\s+"?([\d-]+)', text, re.MULTILINE)
    assert found
    return found[1]
