# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers on loopback and a client for each profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import CssmClient, CssmSettings
from ansible_collections.c9800.slp.plugins.module_utils.portal.http import HttpClient
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.model import SubmitReport
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.workflow import submit_archive

from tests.unit.portal.servers import SECRET, SOFTWARE_APIS, SWAPI, Cssm, Pki, in_thread, serve_cssm
from tests.unit.portal.submit_tools import ACCOUNT, Clock, Run

MakeClient = Callable[..., CssmClient]


@pytest.fixture(autouse=True)
def _no_environment_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def cssm(pki: Pki) -> Iterator[Cssm]:
    """A CSSM that found no fault with any request by the end of the test."""
    server = Cssm()
    with in_thread(serve_cssm(server, pki.server)) as port:
        server.url = f"https://127.0.0.1:{port}"
        yield server
        server.release.set()
    assert server.violations == []


@pytest.fixture(params=["software_apis", "swapi"])
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that the client took; none of them really."""
    return []


@pytest.fixture
def settings(cssm: Cssm, pki: Pki, profile: str) -> dict[str, Any]:
    return {
        "profile": profile,
        "base_url": cssm.url + (SOFTWARE_APIS if profile == "software_apis" else SWAPI),
        "token_url": f"{cssm.url}/token",
        "client_id": "client",
        "client_secret": SECRET,
        "ca_path": pki.ca_path,
        "timeout": 5.0,
    }


@pytest.fixture
def make_client(settings: dict[str, Any], pauses: list[float]) -> MakeClient:
    def make(http: dict[str, Any] | None = None, **changes: Any) -> CssmClient:
        values = CssmSettings(**{**settings, **changes})
        options = {"ca_path": values.ca_path, "proxy": values.proxy, "timeout": values.timeout, "sleep": pauses.append}
        return CssmClient(values, HttpClient(**{**options, **(http or {})}))

    return make


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(archive: Archive, make_client: MakeClient, clock: Clock) -> Run:
    """A run of its own: a new client, as after a kill."""

    def run(client: dict[str, Any] | None = None, **options: Any) -> SubmitReport:
        values: dict[str, Any] = {"default_account": ACCOUNT, "wait": 100, "clock": clock, "sleep": clock.sleep}
        return submit_archive(archive, make_client(**(client or {})), **{**values, **options})

    return run
