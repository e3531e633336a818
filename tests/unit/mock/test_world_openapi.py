# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mock CSSM beside what Cisco published: saved replies of the older host, the OpenAPI of the newer one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.mock.world_openapi import OPENAPI, conforms
from tests.unit.mock.world_tools import NOW_MS, SWAPI, WLC1, Portal, Reply, entry

POSTMAN = (
    Path(__file__).parents[4]
    / "shared/samples/api/gve-sw-slp-offline/Smart Licensing Using Policy Offline.postman_collection.json"
)


def test_openapi_is_at_hand() -> None:
    if not OPENAPI.exists():
        pytest.skip(f"{OPENAPI} is not here: the replies of software_apis are not held against it")
    with pytest.raises(Exception, match="is not of type"):
        conforms("GET", "/v1/software/apis/pnp/v2/accounts", Reply(200, {"totalRows": "1"}, {}))


def saved(name: str) -> Any:
    """The JSON of a saved reply: the last document in it, as one holds two with titles between them."""
    for item in _items(json.loads(POSTMAN.read_text())["item"]):
        for response in item.get("response", ()):
            if item["name"].startswith(name):
                text = response["body"]
                start = text.rindex("\n{") + 1 if "LICENSE ACK" in text else text.index("{")
                return json.loads(text[start:])
    raise LookupError(name)


def _items(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _items(item.get("item", []))


def alike(ours: Any, theirs: Any, where: str) -> None:
    """Same members, same kinds; what is null with them may be anything with us, and the other way round."""
    if ours is None or theirs is None:
        return
    assert type(ours) is type(theirs), where
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs), where
        for key in theirs:
            alike(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(theirs, list) and ours and theirs:
        alike(ours[0], theirs[0], f"{where}[0]")


@pytest.mark.skipif(not POSTMAN.exists(), reason=f"{POSTMAN} is not here")
def test_replies_look_like_the_saved_ones() -> None:
    with Portal() as portal:
        alike(portal.token(), saved("01"), "token")
        alike(portal.request("GET", f"{SWAPI}/v2/accounts/search").body, saved("02"), "accounts")
        accepted = portal.submit(entry(WLC1, 1)).body
        alike(accepted, saved("05"), "report usage")
        portal.clock.advance(10)
        alike(portal.poll(accepted["poll_id"]).body, saved("04 & 06"), "poll")
        ask = {"data": {"timestamp": NOW_MS, "nonce": "n", "tags": []}}
        summary = portal.request("POST", f"{SWAPI}/v3/licenses/summary", json=ask).body
        alike(summary, saved("03 - Get License Usage"), "summary")
        theirs = saved("03a")
        for key in ("macAddress", "suvi", "hostIdentifier", "uuid", "udiVid"):
            del theirs["devices"][0]["sudi"][key]  # null with them
        alike(portal.request("POST", f"{SWAPI}/v1/accounts/example.com/devices", json={}).body, theirs, "devices")
