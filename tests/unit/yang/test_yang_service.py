# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the licensing service of IOS XE answers becomes a file like those that devices save."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import service
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import FileFormatError, ParseError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.yang.signed_reports import payload, signed

REAL = Path(__file__).resolve().parents[4] / "shared" / "samples" / "rum" / "c9800-cl_17.09.02_rum-1671840750.xml"


def answer(*reports: dict[str, Any]) -> bytes:
    return json.dumps({"usage": list(reports)}).encode()


def test_the_reports_are_those_of_the_answer() -> None:
    reports = signed(2**63 + 1), signed(7)
    found = service.read_reports(answer(*reports), name="wlc1")
    assert found.report_ids == (2**63 + 1, 7)
    assert [report.payload for report in found.reports] == [report["payload"] for report in reports]
    assert found.reports[0].signature == reports[0]["signature"]
    assert found.reports[0].header == {"type": "rum"}


def test_the_text_of_a_report_is_cut_out_and_not_written_anew() -> None:
    """Blanks, the order of members, escapes and a number with a zero behind the point stay what they are."""
    text = '{ "signature" : {"key":"\\u00e4\\/", "value":1.10},\n\t"payload":"{ \\"a\\": 1}" , "x":[1,2]}'
    document = service.document(f'\n{{"dlc": [{{}}], "usage": [ {text} ,{text}], "more": 1}}'.encode())
    assert document.count(text.encode()) == 2


@given(st.lists(st.text(), max_size=4), st.booleans())
def test_whatever_a_payload_holds_comes_back_octet_by_octet(texts: list[str], ascii_only: bool) -> None:
    usage = [signed(number, note=text) for number, text in enumerate(texts)]
    usage = [{**entry, "payload": entry["payload"] + " " * number} for number, entry in enumerate(usage)]
    data = json.dumps({"usage": usage}, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    try:
        data.decode()
    except UnicodeDecodeError:
        return  # no device can send this
    found = read_rum(service.document(data))
    assert [report.payload for report in found.reports] == [entry["payload"] for entry in usage]


def test_what_ends_a_cdata_section_does_not_end_ours() -> None:
    entry = {**signed(1), "note": "]]> ]]]]>>"}
    (report,) = service.read_reports(answer(entry)).reports
    assert report.extra == {"note": "]]> ]]]]>>"}


def test_the_same_answer_gives_the_same_file() -> None:
    assert service.document(answer(signed(1))) == service.document(answer(signed(1)))


@pytest.mark.parametrize("data", [b"{}", b'{"usage": []}', b'\xef\xbb\xbf {"other": {"usage": [1]}}'])
def test_no_report_is_a_file_without_reports(data: bytes) -> None:
    assert service.read_reports(data).reports == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"usage": {}}',
        b'{"usage": [1]}',
        b'{"usage": [{}',
        b"\xff",
        b"<html>",
        b'{"a": NaN}',
        b"[" * 99999,
    ],
)
def test_anything_else_is_refused_with_the_next_step(data: bytes) -> None:
    with pytest.raises(FileFormatError) as caught:
        service.document(data, name="wlc1")
    assert str(caught.value).startswith("wlc1: the answer of the licensing service is cut off or altered")
    assert "NETCONF or the CLI" in caught.value.remedy


def test_a_report_without_signature_is_refused_by_its_place() -> None:
    with pytest.raises(FileFormatError, match="report 2 has no signature"):
        service.read_reports(answer(signed(1), {"payload": payload(2)}))


@pytest.mark.skipif(not REAL.is_file(), reason=f"no real report at {REAL}")
def test_a_real_report_comes_back_as_it_is_in_its_file() -> None:
    data = REAL.read_bytes()
    (real,) = read_rum(data).reports
    outer = data[data.index(b"[CDATA[") + 7 : data.rindex(b"]]>")].strip()
    (report,) = service.read_reports(b'{"usage": [' + outer + b"]}").reports
    assert (report.payload, report.signature) == (real.payload, real.signature)


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        (b"{}", ()),
        (b'{"usage_list": [{"report_id": 18446744073709551615, "start": 1}, {"id": "7"}, {}, 3]}', (2**64 - 1, 7)),
    ],
)
def test_the_list_names_reports(data: bytes, numbers: tuple[int, ...]) -> None:
    assert service.read_list(data) == numbers


@pytest.mark.parametrize("data", [b"", b"[]", b'{"usage_list": 1}', b"\xff"])
def test_a_list_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match="list of the licensing service"):
        service.read_list(data)


def test_an_import_is_tried_as_it_is_and_then_in_base64() -> None:
    first, second = service.import_bodies(b"<smartLicense/>")
    assert first == ("application/xml", b"<smartLicense/>")
    assert base64.b64decode(second[1]) == b"<smartLicense/>"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"status": "failed", "message": "no\\n report"}', "no report"),
        (b'{"status": "failed"}', "failed"),
        (b"[1]", ""),
        (b"<html>", ""),
        (b"\xff", ""),
    ],
)
def test_a_failure_tells_its_reason(data: bytes, text: str) -> None:
    assert service.failure_of(data) == text
