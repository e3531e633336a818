# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The native REST service of a simulated device: ``/smartlic-service`` (apis.md 2)."""

from __future__ import annotations

import base64

from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import read_report, write_import, write_usage

from tests.unit.mock.dev_tools import PKI, POLICY, START
from tests.unit.mock.model_tools import Lab, ack_for, run

ROOT = "/smartlic-service"
KEYS = "/restconf/data/cisco-smart-license:licensing/state/state-info/rum-reports-closed-keys"


def test_reports_are_closed_read_and_acknowledged() -> None:
    async def scenario(lab: Lab) -> None:
        listed = (await lab.http("GET", f"{ROOT}/list")).json["usage_list"]
        assert len(listed) == 4
        assert (await lab.http("POST", f"{ROOT}/close-reports")).status == 200
        listed = (await lab.http("GET", f"{ROOT}/list")).json["usage_list"]
        assert len(listed) == 6
        keys = (await lab.http("GET", KEYS)).json["cisco-smart-license:rum-reports-closed-keys"]
        assert {key["report-state"] for key in keys} == {"rum-report-state-closed"}
        one = listed[-1]["report_id"]
        for path in (f"days/{one}", f"rum-report-id/{one}"):
            assert len((await lab.http("GET", f"{ROOT}/{path}")).json["usage"]) == 1
        keys = (await lab.http("GET", KEYS)).json["cisco-smart-license:rum-reports-closed-keys"]
        states = {key["report-id"]: key["report-state"] for key in keys}
        assert [number for number, state in states.items() if state.endswith("unacknowledged")] == [str(one)]
        usage = (await lab.http("GET", f"{ROOT}/all-reports")).json["usage"]
        assert {tuple(item) for item in usage} == {("payload", "header", "signature")}
        reports = [read_report(item) for item in usage]
        assert len(reports) == 6
        assert all(PKI.device_verify(report.payload.encode(), report.key, report.value) for report in reports)
        assert len((await lab.http("GET", f"{ROOT}/days")).json["usage"]) == 6
        assert len((await lab.http("GET", f"{ROOT}/days/1")).json["usage"]) == 4
        # Read, yet not reported.
        assert not any(report.reported for report in lab.device.agent.reports.closed())
        document = ack_for(b"".join(write_usage(reports, None)))
        assert (await lab.http("POST", f"{ROOT}/import", document, kind="application/xml")).status == 200
        assert (await lab.http("GET", f"{ROOT}/all-reports")).json == {}
        assert (await lab.http("GET", KEYS)).status == 204

    run(scenario)


def test_import_takes_base64_too_and_says_what_it_refuses() -> None:
    async def scenario(lab: Lab) -> None:
        document = write_import(PKI.cssm_sign, acks=[], policy=POLICY, trust={}, account=None, now=START)
        assert (await lab.http("POST", f"{ROOT}/import", base64.b64encode(document))).status == 200
        assert lab.device.agent.memory.policy.name == "Lab Policy"
        for body in (b"<smartLicense/>", b"!!!", document.replace(b"Lab", b"Bad"), b""):
            answer = await lab.http("POST", f"{ROOT}/import", body)
            assert (answer.status, answer.json["status"]) == (400, "failed")

    run(scenario)


def test_who_and_what() -> None:
    async def scenario(lab: Lab) -> None:
        assert (await lab.http("GET", f"{ROOT}/list", user="")).status == 401
        await lab.configure("username reader privilege 1 secret 0 Reader-Passw0rd")
        assert (await lab.http("GET", f"{ROOT}/list", user="reader", password="Reader-Passw0rd")).status == 403
        assert (await lab.http("GET", f"{ROOT}/close-reports")).status == 405
        assert (await lab.http("POST", f"{ROOT}/list", b"")).status == 405
        assert (await lab.http("GET", f"{ROOT}/none")).status == 404
        assert (await lab.http("GET", f"{ROOT}/rum-report-id/1")).status == 404

    run(scenario, services=[], waiting_reports=2)


def test_before_smart_licensing_using_policy_there_is_none() -> None:
    async def scenario(lab: Lab) -> None:
        assert (await lab.http("GET", f"{ROOT}/list")).status == 404

    run(scenario, release="17.3.1")
