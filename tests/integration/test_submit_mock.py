# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive's way to CSSM against the mock CSSM, which checks bodies, accounts and the devices' signatures."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import CssmClient, CssmSettings
from ansible_collections.c9800.slp.plugins.module_utils.portal.http import HttpClient
from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalAuthError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.clock import Clock
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm import Cssm, CssmOptions
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_accounts import Accounts
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.faults import Faults
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.model import SubmitReport
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.workflow import submit_archive

from tests.unit.mock import world_tools as tools
from tests.unit.portal.servers import in_thread

REAL_REPORT = Path(__file__).parents[3] / "shared/samples/rum/c9800-cl_17.09.02_rum-1671840750.xml"
FACTS = {"smart_account": "example.com", "virtual_account": "Campus"}
WLC1, WLC2, STANDBY = (Udi(udi.pid, udi.sn) for udi in (tools.WLC1, tools.WLC2, tools.STANDBY))
Run = Callable[..., SubmitReport]


@pytest.fixture(params=["software_apis", "swapi"])
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def cssm(faults: Faults) -> Iterator[Cssm]:
    options = CssmOptions(ready_after=0, accept_builtin=True)
    server = Cssm(tools.PKI, Clock(), Accounts(tools.ACCOUNTS), faults, options)

    @contextlib.asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        await server.serve()
        yield 0
        await server.close()

    with in_thread(serve):
        yield server


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def run(archive: Archive, cssm: Cssm, profile: str, tmp_path: Path) -> Run:
    ca_path = tmp_path / "ca.pem"
    ca_path.write_text(tools.PKI.ca_pem)

    def run(timeout: float = 10.0, secret: str = "", **options: Any) -> SubmitReport:
        facts = cssm.facts()
        settings = CssmSettings(
            profile=profile,
            base_url=facts[f"base_url_{profile}"],
            token_url=facts["token_url"],
            client_id=facts["client_id"],
            client_secret=secret or facts["client_secret"],
            method=options.pop("method", "report_usage"),
        )
        http = HttpClient(ca_path=str(ca_path), timeout=timeout)
        values = {"default_account": AccountName(*FACTS.values()), "wait": 10, "poll_interval": 0.05, **options}
        return submit_archive(archive, CssmClient(settings, http), **values)

    return run


def collect(archive: Archive, udi: Udi, *numbers: int, standby: Udi | None = None, trust: bool = False) -> None:
    sim = tools.Udi(udi.pid, udi.sn)
    other = tools.Udi(standby.pid, standby.sn) if standby else None
    usages = [json.dumps(tools.usage(sim, number, standby=other)) for number in numbers]
    parts = [f"<RUMReport><![CDATA[{usage}]]></RUMReport>" for usage in usages]
    requests = [tools.trust_element(unit).decode() for unit in (sim, other) if trust and unit]
    data = f"<smartLicense>{''.join([*parts, *requests])}</smartLicense>".encode()
    archive.pi(udi).add_usage(data, read_rum(data), name="SAVED_RUM.txt", facts=FACTS)


def states(archive: Archive) -> set[str]:
    return {status.state for folder in archive.pis() for status in folder.state().reports.values()}


def test_a_pair_and_a_single_controller(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC1, 1, 2, 3)
    collect(archive, WLC2, 1, 2, standby=STANDBY, trust=True)
    report = run()
    assert (report.problems, report.counts["acknowledged"], report.tickets_pending) == ([], 5, 0)
    folder = archive.pi(STANDBY)
    (ack,) = folder.state().acks
    doc = read_import(folder.ack_data(ack))
    assert doc.kinds == {"rum_ack", "policy", "trust", "account_info"}
    assert doc.udis == {WLC2, STANDBY}
    assert not run().concerned
    assert {entry["offered"] for held in cssm.store.held().values() for entry in held.values()} == {1}


def test_the_real_report_arrives_octet_for_octet(archive: Archive, run: Run, cssm: Cssm) -> None:
    if not REAL_REPORT.exists():
        pytest.skip("../shared/samples/rum is not there")
    data = REAL_REPORT.read_bytes()
    rum = read_rum(data)
    archive.pi(rum.reports[0].udi).add_usage(data, rum, name=REAL_REPORT.name, facts=FACTS)
    assert run().counts["acknowledged"] == 1
    original = json.loads(data.decode().partition("[CDATA[")[2].rpartition("]]>")[0])
    (held,) = (entry for found in cssm.store.held(payloads=True).values() for entry in found.values())
    assert (held["payload"], held["signature"]) == (original["payload"], original["signature"])


@pytest.mark.parametrize("action", ["hang", "drop"])
def test_an_answer_that_never_came(archive: Archive, run: Run, faults: Faults, cssm: Cssm, action: str) -> None:
    for udi in (WLC1, WLC2):
        collect(archive, udi, 1, 2)
    faults.add({"target": "cssm", "match": "report-?usage", "action": action, "after": "accepted", "times": 1})
    report = run(timeout=0.5)
    assert (report.failed, states(archive)) == (True, {"collected"})
    report = run()
    assert (report.failed, report.counts["duplicates"]) == (False, 4)
    assert "Collect and submit again" in report.results[WLC1].notes[0]
    for udi in (WLC1, WLC2):
        collect(archive, udi, 1, 2, 3)
    report = run()
    assert (report.counts["submitted"], report.counts["acknowledged"]) == (2, 6)
    assert states(archive) == {"acknowledged"}


@pytest.mark.parametrize(
    ("fault", "match"),
    [
        ({"action": "status", "status": 429, "seconds": 1}, "report-?usage"),
        ({"action": "status", "status": 503, "seconds": 1}, "report-?usage"),
        ({"action": "status", "status": 401}, "report-?usage"),
        ({"action": "status", "status": 502, "text": "<html>bad gateway</html>"}, "poll"),
        ({"action": "status", "status": 200, "text": "<html><title>Sign in</title></html>"}, "poll"),
        ({"action": "error"}, "poll"),
        ({"action": "truncate"}, "poll"),
        ({"action": "drop"}, "token"),
        ({"action": "garbage"}, "poll"),
    ],
)
def test_disturbances_that_pass(archive: Archive, run: Run, faults: Faults, fault: dict[str, Any], match: str) -> None:
    collect(archive, WLC1, 1)
    faults.add({"target": "cssm", "match": match, "times": 1, **fault})
    report = run()
    assert (report.problems, report.results[WLC1].acknowledged) == ([], [1])


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 403, "text": "{}"}, "role on this Smart Account"),
        ({"status": 500, "text": "oops"}, "HTTP 500.*oops"),
        ({"status": 200, "text": "<html><title>Sign in</title></html>"}, "Sign in"),
        ({"status": 200, "text": ""}, "an empty answer"),
    ],
)
def test_disturbances_that_stay(archive: Archive, run: Run, faults: Faults, fault: dict[str, Any], words: str) -> None:
    collect(archive, WLC1, 1)
    faults.add({"target": "cssm", "match": "report-?usage", "action": "status", **fault})
    report = run()
    assert report.failed
    assert re.search(words, report.problems[0])
    assert states(archive) == {"collected"}


def test_altered_and_foreign_reports_stop_nobody(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC1, 1, 2, 3)
    collect(archive, WLC2, 1)
    forged = tools.usage(tools.WLC1, 4, pki=tools.Pki.create())
    data = f"<smartLicense><RUMReport><![CDATA[{json.dumps(forged)}]]></RUMReport></smartLicense>".encode()
    archive.pi(WLC1).add_usage(data, read_rum(data), name="forged.txt", facts=FACTS)
    report = run()
    assert (report.failed, report.counts["acknowledged"]) == (False, 4)
    assert "signature of report 4" in report.results[WLC1].refused[4]


def test_a_product_instance_of_another_account(archive: Archive, run: Run) -> None:
    collect(archive, WLC1, 1)
    run()
    collect(archive, WLC1, *range(1, 30))
    collect(archive, WLC2, 1)
    data = tools.usage(tools.WLC1, 99)
    file = f"<smartLicense><RUMReport><![CDATA[{json.dumps(data)}]]></RUMReport></smartLicense>".encode()
    facts = {"smart_account": "lab.example.com", "virtual_account": "Lab"}
    archive.pi(WLC1).add_usage(file, read_rum(file), name="moved.txt", facts=facts)
    report = run()
    assert "belongs to example.com / Campus" in report.results[WLC1].problems[0]
    assert report.results[WLC2].acknowledged == [1]


def test_reports_that_cssm_does_not_acknowledge(archive: Archive, run: Run, cssm: Cssm) -> None:
    cssm.configure(cssm.options.updated({"nack": [2]}))
    collect(archive, WLC1, 1, 2)
    report = run()
    assert (report.results[WLC1].acknowledged, list(report.results[WLC1].refused)) == ([1], [2])


def test_wrong_credentials(archive: Archive, run: Run) -> None:
    collect(archive, WLC1, 1)
    with pytest.raises(PortalAuthError) as caught:
        run(secret="canary")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_files_whole(archive: Archive, run: Run) -> None:
    collect(archive, WLC2, 1, 2, standby=STANDBY, trust=True)
    report = run(method="report_usage_legacy")
    assert (report.problems, report.results[WLC2].acknowledged) == ([], [1, 2])
    assert "trust" in archive.pi(WLC2).state().acks[0].kinds
