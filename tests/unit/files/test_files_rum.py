# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import hashlib
import json
import re
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import FileFormatError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumFile, read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.files._samples import (
    SIGNATURE,
    SUDI,
    TAG,
    compact,
    content,
    element,
    measurement,
    outer,
    real,
    usage_file,
)

ACTIVE = Udi("C9800-CL-K9", "9SIM0000001")
STANDBY = Udi("C9800-CL-K9", "9SIM0000002")
SYSTEM_INFO = (
    "<smartLicenseSystemInfo><data>"
    + compact({"sudi": SUDI, "hostname": "wlc1", "timestamp": 1700000000123, "nonce": "n"})
    + "</data></smartLicenseSystemInfo>"
)
TRUST = '<SmartLicenseTrustRequest  a="1"><![CDATA[{"nonce":"ä"}]]></SmartLicenseTrustRequest>'


def test_a_usage_file_as_a_device_saves_it() -> None:
    data = usage_file(
        outer(content(1)),
        outer(content(2, entitlement_tag="other")),
        rest=SYSTEM_INFO + TRUST,
        prolog="<?xml version='1.0'?>",
    )
    rum = read_rum(data, name="wlc1.xml")

    assert (rum.name, rum.size, rum.sha256) == ("wlc1.xml", len(data), hashlib.sha256(data).hexdigest())
    assert rum.report_ids == (1, 2)
    assert rum.system_info is not None
    assert rum.system_info["timestamp"] == 1700000000123
    assert rum.trust_requests == (TRUST.encode(),)
    assert rum.udis == {ACTIVE}
    assert not rum.bare
    assert rum.warnings == ()
    report = rum.reports[0]
    assert report.payload == compact(content(1))
    assert (report.header, report.signature) == ({"type": "rum"}, SIGNATURE)
    assert (report.udi, report.entitlement_tag, report.software_version) == (ACTIVE, TAG, "17.09.05")
    assert (report.dialect, report.kind, report.ha) == (2, "entitlement", (("Active", ACTIVE),))
    assert [(m.value, m.span, m.samples) for m in report.measurements] == [(2, 9000, 11)]
    assert report.warnings == ()


@pytest.mark.parametrize("dialect", [1, 2])
def test_both_dialects_and_numbers_of_64_bits(dialect: int) -> None:
    number = 2**64 - 1
    report = read_rum(usage_file(outer(content(number, dialect=dialect)))).reports[0]
    assert (report.dialect, report.report_id) == (dialect, number)
    assert str(number) in report.payload


def test_a_bare_report_pretty_printed_and_without_header() -> None:
    text = json.dumps({"payload": compact(content(7)), "signature": SIGNATURE}, indent=2)
    rum = read_rum(f"<RUMReport>\n<![CDATA[{text}\n]]>\n</RUMReport>\n".encode())
    assert rum.bare
    assert rum.report_ids == (7,)
    assert rum.reports[0].header is None


def test_an_ha_pair_and_the_identity_given_by_cssm() -> None:
    units = [
        {"role": "Active", "sudi": SUDI},
        {"role": "Standby", "sudi": {**SUDI, "udi_serial_number": "9SIM0000002"}},
    ]
    payload = content(7, ha_udi=units)
    payload["asset_identification"]["instance"]["product_instance_identifier"] = "00000000-0000-4000-8000-00000000000f"
    rum = read_rum(usage_file(outer(payload)))
    assert rum.udis == {ACTIVE, STANDBY}
    assert rum.reports[0].ha == (("Active", ACTIVE), ("Standby", STANDBY))
    assert rum.reports[0].product_instance_id == "00000000-0000-4000-8000-00000000000f"


def test_telemetry_has_no_tag_and_its_meta_may_be_a_list() -> None:
    payload = content(9, report_type="telemetry")
    del payload["meta"]["entitlement_tag"]
    payload["measurements"] = [
        {
            "metric_name": "hardware_inventory",
            "meta": [{"type": "report_id", "value": "1"}],
            "values": [],
            "log_time": 5,
        }
    ]
    report = read_rum(usage_file(outer(payload))).reports[0]
    assert (report.kind, report.entitlement_tag, report.warnings) == ("telemetry", None, ())
    assert [(m.metric, m.value, m.logged) for m in report.measurements] == [("hardware_inventory", None, 5)]


def test_what_is_unknown_is_kept() -> None:
    payload = content(9, tag1="building 7")
    report = read_rum(usage_file(outer(payload, custom={"a": 1}))).reports[0]
    assert report.content["meta"]["tag1"] == "building 7"
    assert report.extra == {"custom": {"a": 1}}


@pytest.mark.parametrize("data", [b"<smartLicense></smartLicense>", b"<smartLicense/>"])
def test_a_device_may_have_nothing_to_report(data: bytes) -> None:
    rum = read_rum(data)
    assert (rum.reports, rum.udis, rum.trust_requests, rum.system_info) == ((), frozenset(), (), None)


def test_a_report_that_is_there_twice_counts_once() -> None:
    rum = read_rum(usage_file(outer(content(5)), outer(content(5))))
    assert rum.report_ids == (5,)
    assert rum.warnings == ("report 5 is in the file more than once",)


def test_two_units_may_use_one_number() -> None:
    other = content(5)
    other["asset_identification"]["instance"]["sudi"] = {**SUDI, "udi_serial_number": "9SIM0000002"}
    assert read_rum(usage_file(outer(content(5)), outer(other))).report_ids == (5, 5)


def test_system_information_that_cannot_be_read_is_a_warning() -> None:
    rum = read_rum(
        usage_file(outer(content(5)), rest="<smartLicenseSystemInfo><data>oops</data></smartLicenseSystemInfo>")
    )
    assert rum.system_info is None
    assert rum.warnings == ("smartLicenseSystemInfo holds no JSON object",)


AP = {"udi_pid": "AIR-AP", "udi_serial_number": "TTM0000A001"}
WARNINGS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "span": ([measurement(sample_interval=900)], "sample_interval of 900"),
    "samples": ([measurement(num_samples=90)], "90 samples, not 11"),
    "backwards": ([measurement(span=-9000)], "ends before it starts"),
    "no time": ([measurement(start_time=None)], "does not say when"),
    "gap": ([measurement(), measurement(start=1_800_000_000)], "does not start where"),
    "count": (
        [measurement(), measurement(1_700_009_000, meta={"added_sudi_list": [AP], "removed_sudi_list": []})],
        "counts 2; the access points listed make it 3",
    ),
    "too big to be a time": ([measurement(start_time=10**400)], "does not say when"),
}


@pytest.mark.parametrize(("measurements", "says"), WARNINGS.values(), ids=WARNINGS)
def test_broken_arithmetic_is_told_and_carried_all_the_same(measurements: list[dict[str, Any]], says: str) -> None:
    report = read_rum(usage_file(outer({**content(5), "measurements": measurements}))).reports[0]
    assert any(says in warning for warning in report.warnings), report.warnings


def test_a_clock_change_explains_the_samples() -> None:
    shifted = measurement(num_samples=13, meta={"clock_change_delta": "-1800", "close_reason": "ProductReload"})
    report = read_rum(usage_file(outer({**content(5), "measurements": [shifted]}))).reports[0]
    assert report.warnings == ()
    assert report.measurements[0].close_reason == "ProductReload"


def without(*path: str) -> dict[str, Any]:
    payload = content(5)
    inner = payload
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return payload


def whole(text: str) -> bytes:
    return f"<smartLicense>{text}</smartLicense>".encode()


REFUSED = {
    "ack": (whole("<smartLicenseRumAck><data>[]</data></smartLicenseRumAck>"), "a document of CSSM"),
    "policy root": (b"<smartLicensePolicy/>", "root element 'smartLicensePolicy'"),
    "text between": (whole(element(outer(content(5))) + "x"), "text outside"),
    "xml inside": (whole("<RUMReport><payload/></RUMReport>"), "report 1 holds XML"),
    "no json": (whole("<RUMReport></RUMReport>"), "report 1 is cut off or altered"),
    "array": (whole(element("[]")), "report 1 is no JSON object"),
    "no payload": (whole(element(compact({"signature": SIGNATURE}))), "report 1 has no payload"),
    "payload reformatted": (
        whole(element(compact({"payload": content(5), "signature": SIGNATURE}))),
        "not the signed text any more",
    ),
    "payload twice": (whole(element(outer("{}")[:-1] + ',"payload":"{}"}')), "given twice"),
    "payload cut": (usage_file(outer(compact(content(5))[:-9])), "has a payload that is cut off or altered"),
    "payload of half a character": (whole(element('{"payload":"\\ud800","signature":{"a":1}}')), "no valid Unicode"),
    "no signature": (whole(element(compact({"payload": compact(content(5))}))), "report 1 has no signature"),
    "no report id": (usage_file(outer(without("asset_identification", "report_id"))), "report 1 has no report_id"),
    "report id is text": (usage_file(outer(content("5"))), "no 64-bit number"),
    "report id is true": (usage_file(outer(content(True))), "no 64-bit number"),
    "report id too big": (usage_file(outer(content(2**64))), "no 64-bit number"),
    "no instance": (
        usage_file(outer(without("asset_identification", "instance"))),
        "report 5 does not name its instance",
    ),
    "no identification": (usage_file(outer(without("asset_identification"))), "has no report_id"),
    "ha member without name": (usage_file(outer(content(5, ha_udi=[{"role": "Active"}]))), "name its HA member"),
    "meta is a list": (usage_file(outer({**content(5), "meta": []})), "meta that is no JSON object"),
    "version": (usage_file(outer({**content(5), "version": "3.0"})), "version '3.0', which is unknown"),
    "altered copy": (usage_file(outer(content(5)), outer(content(5, tag1="x"))), "holds report 5 twice"),
    "second report bad": (usage_file(outer(content(5)), "{}"), "report 2 has no payload"),
    "nan": (usage_file(outer('{"version":NaN}')), "NaN is no JSON"),
    "deep": (whole(element("[" * 100_000)), "nested too deep"),
    "endless number": (usage_file(outer(f'{{"version":{"1" * 5000}}}')), "cut off or altered"),
}


@pytest.mark.parametrize(("data", "says"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_trusted_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(FileFormatError, match=re.escape(says)) as caught:
        read_rum(data, name="wlc1.xml")
    assert str(caught.value).startswith("wlc1.xml: ")


def test_a_file_cut_off_anywhere_is_refused() -> None:
    data = usage_file(outer(content(1)), outer(content(2)), rest=SYSTEM_INFO + TRUST, prolog="<?xml version='1.0'?>")
    for size in range(len(data)):
        with pytest.raises(FileFormatError):
            read_rum(data[:size], name="cut")


def test_the_size_limit_is_the_callers() -> None:
    data = usage_file(outer(content(1)))
    with pytest.raises(FileFormatError, match="at most 100 are read"):
        read_rum(data, name="big", max_bytes=100)


# Anything a device might put into a customer tag: blanks, quotes, CDATA's end mark, emoji.
ODD_TEXT = st.one_of(
    st.text(st.characters(codec="utf-8")), st.sampled_from(["]]>", " ]]]>>", "<a>&amp;", "\\ud83d", '"', "\r\n"])
)
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", ":\t")])


@given(ODD_TEXT, st.integers(0, 2**64 - 1), SEPARATORS, st.booleans(), st.booleans(), st.sampled_from([1, 2]))
def test_the_payload_arrives_octet_for_octet(
    text: str, number: int, separators: tuple[str, str], inner_ascii: bool, outer_ascii: bool, dialect: int
) -> None:
    payload = json.dumps(content(number, dialect=dialect, tag1=text), separators=separators, ensure_ascii=inner_ascii)
    document = json.dumps({"payload": payload, "signature": SIGNATURE}, ensure_ascii=outer_ascii)
    document = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", document)  # no XML can hold these unescaped
    expected = json.loads(document)["payload"]
    rum = read_rum(usage_file(document))
    assert rum.reports[0].payload == expected
    assert rum.report_ids == (number,)
    assert inner_ascii is False or rum.reports[0].content["meta"]["tag1"] == text


@given(st.binary(max_size=300), st.integers(0, 2**16))
def test_no_octets_make_it_fail_in_any_other_way(noise: bytes, place: int) -> None:
    data = usage_file(outer(content(1)), rest=SYSTEM_INFO)
    place %= len(data)
    for broken in (noise, data[:place] + noise + data[place:], data[:place] + noise + data[place + len(noise) :]):
        with contextlib.suppress(FileFormatError):
            assert isinstance(read_rum(broken, name="noise"), RumFile)


def test_the_real_report_of_a_controller() -> None:
    data = real("rum/c9800-cl_17.09.02_rum-1671840750.xml")
    rum = read_rum(data)
    report = rum.reports[0]
    assert rum.bare
    assert (report.report_id, report.dialect, report.warnings) == (1671840750, 2, ())
    assert json.dumps(report.payload).encode() in data
    assert [(m.value, len(m.added), m.samples) for m in report.measurements] == [(2, 2, 97), (3, 1, 417), (3, 0, 1615)]
    assert report.measurements[2].clock_change == -3433
    assert report.signature["signing_type"] == "builtin"


@pytest.mark.parametrize(
    ("file", "number", "dialect", "kind", "members"),
    [
        ("c9800-cl_17.09.02_open-rum-1671840757.payload.json", 1671840757, 2, "entitlement", 1),
        ("c8000v_17.06.02_rum-1646687408.payload-string.txt", 1646687408, 1, "entitlement", 1),
        ("c9300_17.11_telemetry-rum-1667873941.payload.json", 1667873941, 2, "telemetry", 2),
    ],
)
def test_the_real_payloads(file: str, number: int, dialect: int, kind: str, members: int) -> None:
    text = real(f"rum/{file}").decode().rstrip("\n")
    payload = json.loads(text) if file.endswith("string.txt") else text
    report = read_rum(usage_file(outer(payload))).reports[0]
    assert report.payload == payload
    assert (report.report_id, report.dialect, report.kind, len(report.ha)) == (number, dialect, kind, members)
    assert report.warnings == ()
