# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A limit, as every AWX user sets one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Control, World


def device(number: int) -> dict[str, Any]:
    return {"name": f"wlc{number}", "serial": f"9SIM000004{number}", "aps": 2, "waiting_reports": 2, "transport": "off"}


@pytest.mark.parametrize("playbook", ["airgap_collect", "airgap_install"])
def test_a_limit_that_would_drop_the_bundle_is_refused_before_any_device_is_asked(
    start_world: Callable[..., World], make_control: Callable[[str], Control], playbook: str
) -> None:
    world = start_world([device(1), device(2)])
    control = make_control("control")
    control.use_mock_fleet(world)
    refused = control.play(f"c9800.slp.{playbook}", "--limit", "wlc1")
    assert refused.code == 2
    assert "--limit wlc1 leaves out localhost" in refused.output
    assert "Use --limit 'wlc1,localhost'" in refused.output
    assert world.log("wlc1") == []


def test_a_limit_with_localhost_takes_the_hosts_that_it_names(
    start_world: Callable[..., World], make_control: Callable[[str], Control]
) -> None:
    world = start_world([device(1), device(2)])
    control = make_control("control")
    control.use_mock_fleet(world)
    done = control.play("c9800.slp.airgap_collect", "--limit", "wlc1,localhost")
    assert done.code == 0, done.output
    assert len(list(control.stick.glob("UD_SA_*.tar.gz"))) == 1
    assert world.log("wlc2") == []
