# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import ImportDoc, PolicyTerms, read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import FileFormatError
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.files._samples import SUDI, compact, content, outer, real, usage_file

UDI = Udi("C9800-CL-K9", "9SIM0000001")
BIG = 2**63 + 1
POLICY = (
    "<smartLicensePolicy><policyCode><name>Example Policy</name><version>7</version><flag></flag>"
    "<datestamp>2024-04-25T14:41:27</datestamp><ackRequired>yes</ackRequired>"
    "<subscription><firstTimeReport>90</firstTimeReport><onGoingReporting>365</onGoingReporting>"
    "<reportOnMACD>30</reportOnMACD></subscription>"
    "<export><onGoingReporting>0</onGoingReporting><reportOnMACD>90</reportOnMACD></export>"
    "</policyCode><signature>c2lt</signature></smartLicensePolicy>"
)
AUTHORIZATION = (
    "<smartLicenseAuthorization><udi>P:C9800-CL-K9,S:9SIM0000001,U:x</udi><authorizationCode><flag>A</flag>"
    "<piid>00000000</piid><dateStamp>2024-07-01T14:10:28</dateStamp><entitlements><entitlement><tag>t</tag>"
    "<count>2</count><startDate></startDate><licenseType>PERPETUAL</licenseType><status><success>true</success>"
    "</status></entitlement></entitlements></authorizationCode><signature>c2lt</signature></smartLicenseAuthorization>"
)
ACCOUNT = (
    "<smartLicenseAccountInfo><customerInfo><timestamp>1656685084850</timestamp><smartAccount>Example</smartAccount>"
    "<virtualAccount>Default</virtualAccount><smartAccountId>900719925474099312</smartAccountId>"
    "<virtualAccountId>2</virtualAccountId><smartAccountDomain>example.com</smartAccountDomain></customerInfo>"
    "<signature>c2lt</signature></smartLicenseAccountInfo>"
)


def rum_ack(array: object) -> str:
    text = array if isinstance(array, str) else compact(array)
    return f"<smartLicenseRumAck><data><![CDATA[{text}]]></data><signature>c2lt</signature></smartLicenseRumAck>"


def document(*parts: str) -> bytes:
    return f"<smartLicense>{''.join(parts)}</smartLicense>".encode()


def test_the_most_complete_answer() -> None:
    acks = [{"report_id": BIG, "sudi": SUDI, "status": "ACK", "transaction_id": 5}]
    trust = "<smartLicenseTrust><udi>P:C9800-CL-K9,S:9SIM0000002</udi><trustCode>x</trustCode></smartLicenseTrust>"
    data = document(AUTHORIZATION, POLICY, rum_ack(acks), ACCOUNT, trust, "<correlationID>sim-1</correlationID>")
    doc = read_import(data, name="ACK_wlc1.xml")

    assert doc.kinds == {"rum_ack", "policy", "authorization", "trust", "account_info"}
    assert (doc.raw, doc.sha256) == (data, hashlib.sha256(data).hexdigest())
    assert (list(doc.acks), doc.report_ids, doc.rejected) == (acks, {BIG}, {})
    assert doc.udis == {UDI, Udi("C9800-CL-K9", "9SIM0000002")}
    assert doc.correlation_id == "sim-1"
    assert doc.warnings == ()
    assert doc.policy is not None
    assert (doc.policy.name, doc.policy.version, doc.policy.ack_required) == ("Example Policy", "7", True)
    assert doc.policy.stamp == datetime(2024, 4, 25, 14, 41, 27, tzinfo=UTC)
    assert doc.policy.classes == {"subscription": PolicyTerms(90, 365, 30), "export": PolicyTerms(None, 0, 90)}
    assert doc.account is not None
    assert (doc.account.smart_account_id, doc.account.domain) == ("900719925474099312", "example.com")
    assert doc.account.stamp == datetime(2022, 7, 1, 14, 18, 4, 850000, tzinfo=UTC)
    (authorization,) = doc.authorizations
    assert (authorization.udi, authorization.stamp) == (UDI, datetime(2024, 7, 1, 14, 10, 28, tzinfo=UTC))
    (entitlement,) = authorization.entitlements
    assert (entitlement.tag, entitlement.count, entitlement.start, entitlement.success) == ("t", 2, None, True)


def test_a_policy_that_comes_alone() -> None:
    doc = read_import(f"<?xml version='1.0'?>\n{POLICY}".encode())
    assert doc.kinds == {"policy"}
    assert doc.policy is not None
    assert doc.policy.classes["subscription"].ongoing == 365


@pytest.mark.parametrize(
    ("array", "ids", "rejected", "readable"),
    [
        ([{"report_id": "1700000001"}, {"reportId": 2}, {"report-id": BIG}], {1700000001, 2, BIG}, {}, 3),
        ([{"result": {"report_id": 4, "udi": {"pid": "x"}}}], {4}, {}, 1),
        ([{"report_id": 1, "status": "NACK", "status_message": "no such licence"}], {1}, {1: "no such licence"}, 1),
        ([{"report_id": 1, "status": "failed"}, {"report_id": 2}], {1, 2}, {1: "failed"}, 2),
        ([{"id": 1, "what": "else"}], set(), {}, 1),
        ([{"report_id": True}, {"report_id": -1}, {"report_id": "x"}, 7], set(), {}, 3),
        ([], set(), {}, 0),
        ([{"x": json.loads("[" * 700 + "]" * 700)}], set(), {}, 1),
    ],
)
def test_the_arrays_keys_are_read_where_they_are_known(
    array: list[Any], ids: set[int], rejected: dict[int, str], readable: int
) -> None:
    doc = read_import(document(rum_ack(array)))
    assert (doc.report_ids, doc.rejected, len(doc.acks)) == (ids, rejected, readable)
    assert (doc.kinds, doc.warnings) == ({"rum_ack"}, ())


@pytest.mark.parametrize("part", [rum_ack("[{covered}]"), rum_ack("{}"), "<smartLicenseRumAck/>"])
def test_an_array_nobody_can_read_is_an_acknowledgement_all_the_same(part: str) -> None:
    doc = read_import(document(part))
    assert (doc.kinds, doc.acks, doc.report_ids, doc.udis) == ({"rum_ack"}, (), frozenset(), frozenset())
    assert doc.warnings == ("the acknowledgement's list cannot be read",)


def test_a_trust_code_of_any_form() -> None:
    part = f'<SMARTLICENSETRUSTCODE><data><![CDATA[[{{"sudi":{compact(SUDI)}}}]]]></data></SMARTLICENSETRUSTCODE>'
    doc = read_import(document(part, "<smartLicenseTrust>[oops</smartLicenseTrust>"))
    assert (doc.kinds, doc.udis) == ({"trust"}, {UDI})


def test_what_is_unclear_is_said() -> None:
    doc = read_import(document("<smartLicenseNews/>", AUTHORIZATION.replace("P:C9800-CL-K9", "?")))
    assert doc.warnings == ("unknown part smartLicenseNews", "an authorization does not say for whom it is")
    assert doc.authorizations[0].udi is None


REFUSED = {
    "usage file": (usage_file(outer(content(1))), "is a file for CSSM (with RUMReport)"),
    "trust request": (document("<SmartLicenseTrustRequest/>"), "is a file for CSSM (with SmartLicenseTrustRequest)"),
    "slac request": (document("<smartLicenseAuthRequest/>"), "is a file for CSSM"),
    "bare report": (b"<RUMReport/>", "root element 'RUMReport'"),
    "nothing": (b"<smartLicense></smartLicense>", "holds nothing that a device could import"),
    "correlation only": (document("<correlationID>1</correlationID>"), "holds nothing"),
    "empty": (b"", "is empty"),
    "html": (b"<html>401</html>", "HTML"),
    "dtd": (b"<!DOCTYPE smartLicense><smartLicense/>", "DTD"),
    "plr": (b"<specificPLR/>", "root element 'specificPLR'"),
    "json": (b'{"status":"FAILED"}', "cut off or altered"),
}


@pytest.mark.parametrize(("data", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_imported_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(FileFormatError, match=re.escape(says)) as caught:
        read_import(data, name="ACK_wlc1.xml")
    assert str(caught.value).startswith("ACK_wlc1.xml: ")


def test_an_answer_cut_off_anywhere_is_refused() -> None:
    data = document(AUTHORIZATION, POLICY, rum_ack([{"report_id": 1}]), ACCOUNT)
    for size in range(len(data)):
        with pytest.raises(FileFormatError):
            read_import(data[:size], name="cut")


ODD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["report_id", "status", "sudi", "udi_pid", "x"]), inner, max_size=3),
    ),
)


@given(st.lists(ODD, max_size=4), st.binary(max_size=50), st.integers(0, 2**16))
def test_no_array_and_no_octets_make_it_fail_in_any_other_way(array: list[Any], noise: bytes, place: int) -> None:
    data = document(rum_ack(array), ACCOUNT, POLICY)
    assert read_import(data).kinds == {"rum_ack", "account_info", "policy"}
    place %= len(data)
    with contextlib.suppress(FileFormatError):
        assert isinstance(read_import(data[:place] + noise + data[place:], name="noise"), ImportDoc)


def test_the_transcribed_answers() -> None:
    ack = read_import(real("ack/c8000v_2022-07-01_rum-ack.transcribed.xml"))
    assert ack.kinds == {"rum_ack", "policy", "authorization", "account_info"}
    assert (ack.report_ids, ack.acks) == (frozenset(), ())
    assert ack.policy is not None
    assert ack.policy.version == "7"
    assert ack.policy.classes["perpetual"] == PolicyTerms(90, 356, 90)
    assert ack.policy.classes["enforced"] == PolicyTerms(None, 0, 90)
    assert ack.account is not None
    assert ack.account.stamp is not None
    assert ack.authorizations[0].stamp == datetime(2022, 7, 1, 14, 10, 28, tzinfo=UTC)
    assert ack.authorizations[0].entitlements[0].count == 1

    slac = read_import(real("ack/c8000v_2022-07-01_slac.transcribed.xml"))
    assert slac.kinds == {"policy", "authorization", "account_info"}
