# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real C9800-CL's report through archive, bundle and submission: payload and signature octet for octet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import read_usage_bundle
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from .conftest import REPOSITORY, Control, World

REAL = REPOSITORY.parent / "shared/samples/rum/c9800-cl_17.09.02_rum-1671840750.xml"


@pytest.mark.parametrize("profile", ["software_apis", "swapi"])
def test_octet_for_octet(
    start_world: Callable[..., World], make_control: Callable[[str], Control], tmp_path: Path, profile: str
) -> None:
    if not REAL.is_file():
        pytest.skip(f"the real report is not here: {REAL}")
    octets = REAL.read_bytes()
    # Read by a parser that is not ours.
    original = json.loads(ElementTree.fromstring(octets).text or "")
    rum = read_rum(octets, name=REAL.name)
    udi = rum.reports[0].udi

    world = start_world("many:1")
    world.control("POST", "/options", {"accept_builtin": True})
    inside, outside = make_control("inside"), make_control("outside")
    facts = {name: world.facts["cssm"][name] for name in ("smart_account", "virtual_account")}
    Archive(inside.archive).pi(udi).add_usage(octets, rum, name=REAL.name, facts=facts)
    for control in (inside, outside):
        control.use_mock_fleet(world)
        control.stick = tmp_path / "stick"
        control.variables = {"slp_hosts": "none", "slp_cssm_profile": profile}
        control.variables["slp_cssm_base_url"] = world.facts["cssm"][f"base_url_{profile}"]

    # No host: only the bundle is written.
    done = inside.play("c9800.slp.airgap_collect")
    assert done.code == 0, done.output
    (bundle,) = inside.stick.glob("UD_SA_*.tar.gz")
    (member,) = read_usage_bundle(bundle.read_bytes(), name=bundle.name).members
    assert member.data == octets

    done = outside.play("c9800.slp.airgap_submit")
    assert done.code == 0, done.output
    (stored,) = world.control("GET", "/cssm?payloads=1")["reports"][str(udi)].values()
    assert stored["payload"] == original["payload"]
    assert stored["signature"] == original["signature"]
    done = inside.play("c9800.slp.airgap_install")
    assert done.code == 0, done.output
    assert [ack.report_ids for ack in Archive(inside.archive).pi(udi).state().acks] == [rum.report_ids]
