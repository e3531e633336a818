# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated documents: what one side writes the other reads, and nobody alters them unnoticed."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import (
    SIMULATED,
    AccountDocument,
    DocumentError,
    PolicyClass,
    PolicyDocument,
    ReportAck,
    SignedReport,
    Udi,
    read_import,
    read_trust_request,
    read_usage,
    trust_request,
    write_import,
    write_usage,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.mock.dev_tools import PKI

ACTIVE = Udi("C9800-40-K9", "TTM0000A001")
STANDBY = Udi("C9800-40-K9", "TTM0000A002")
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)
DAYS = st.integers(0, 3650)


def test_a_udi_has_three_spellings() -> None:
    assert str(ACTIVE) == "PID:C9800-40-K9,SN:TTM0000A001"
    assert Udi.from_xml("P:C9800-40-K9,S:TTM0000A001,U:more") == ACTIVE
    assert Udi.from_sudi(ACTIVE.sudi) == ACTIVE


@given(st.lists(TEXT, max_size=4), TEXT)
def test_a_usage_file_comes_back_as_it_was_written(payloads: list[str], hostname: str) -> None:
    reports = [SignedReport(f"{text}]]>", ACTIVE, "key", "value") for text in payloads]
    data = b"".join(write_usage(reports, {"hostname": hostname}, [trust_request(STANDBY, "n")]))
    found = read_usage(data)
    assert found.reports == tuple(reports)
    assert found.system_info == {"hostname": hostname}
    assert found.trust_requests == (STANDBY,)


def test_a_usage_file_has_the_public_nesting() -> None:
    data = b"".join(write_usage([SignedReport('{"a":1}', ACTIVE, "k", "v")], {"sudi": ACTIVE.sudi}))
    root = ET.fromstring(data)
    outer = json.loads(root.findtext("RUMReport") or "")
    assert list(outer) == ["payload", "header", "signature"]
    assert outer["header"] == {"type": "rum"}
    assert outer["payload"] == '{"a":1}'
    assert json.loads(root.findtext("smartLicenseSystemInfo/data") or "") == {"sudi": ACTIVE.sudi}
    assert SIMULATED.encode() in data
    assert b"builtin" not in data


@given(st.lists(st.integers(1, 2**64 - 1), max_size=3), TEXT, DAYS, DAYS, DAYS)
def test_an_import_document_comes_back_as_it_was_written(
    numbers: list[int], name: str, first: int, ongoing: int, change: int
) -> None:
    acks = tuple(ReportAck(number, ACTIVE, message=name, transaction_id=number) for number in numbers)
    policy = PolicyDocument(
        name.strip(), {"perpetual": PolicyClass(first, ongoing, change), "export": PolicyClass(0, ongoing, change)}
    )
    account = AccountDocument("Example & Söhne", "WLAN <Lab>", "1", "2")
    data = write_import(PKI.cssm_sign, acks=acks, policy=policy, trust={STANDBY: "Y29kZQ=="}, account=account)
    found = read_import(data, PKI.cssm_verify)
    assert found.acks == acks
    assert found.policy == policy
    assert found.account == account
    assert found.trust == {STANDBY: "Y29kZQ=="}
    assert found.correlation_id.startswith("sim")
    assert b"\n" not in data


@pytest.mark.parametrize(
    ("original", "altered"),
    [(b">30<", b">31<"), (b'"report_id":7', b'"report_id":8'), (b"Y29kZQ", b"Y29kZg"), (b"Example", b"Example ")],
)
def test_an_altered_document_is_refused(original: bytes, altered: bytes) -> None:
    data = write_import(
        PKI.cssm_sign,
        acks=[ReportAck(7, ACTIVE)],
        policy=PolicyDocument("Lab", {"perpetual": PolicyClass(30, 30, 30)}),
        trust={ACTIVE: "Y29kZQ=="},
        account=AccountDocument("Example", "Lab"),
    )
    assert original in data
    with pytest.raises(DocumentError, match="signature"):
        read_import(data.replace(original, altered), PKI.cssm_verify)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no XML"),
        (b"<smartLicense>", "no XML"),
        (b"<other/>", "root element other"),
        (b"<smartLicense><correlationID>1</correlationID></smartLicense>", "nothing to import"),
        (b"<smartLicense><smartLicenseRumAck><data>[]</data></smartLicenseRumAck></smartLicense>", "not signed"),
        (b'<!DOCTYPE x [<!ENTITY e "x">]><smartLicense>&e;</smartLicense>', "document type"),
    ],
)
def test_what_is_no_import_document_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_import(data, PKI.cssm_verify)


def test_a_policy_may_come_alone() -> None:
    data = write_import(PKI.cssm_sign, policy=PolicyDocument("Lab", {"perpetual": PolicyClass(30, 30, 30)}))
    start, end = data.index(b"<smartLicensePolicy>"), data.index(b"<correlationID>")
    found = read_import(data[start:end], PKI.cssm_verify)
    assert found.policy
    assert found.policy.name == "Lab"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sudi":{"udi_pid":"x"}}'])
def test_a_trust_request_names_its_unit(text: str) -> None:
    assert read_trust_request(trust_request(ACTIVE, "nonce")) == ACTIVE
    with pytest.raises(DocumentError):
        read_trust_request(text)
