# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import tracemalloc

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import FileFormatError
from ansible_collections.c9800.slp.plugins.module_utils.slp.safexml import Limits, read_xml
from hypothesis import given
from hypothesis import strategies as st

LAUGHS = b"""<!DOCTYPE a [
<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">
]><a>&d;&d;&d;</a>"""

REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b"\xef\xbb\xbf \n", "is empty"),
    "html": (b"\n<!DOCTYPE html><html></html>", "HTML"),
    "html without doctype": (b"<HTML><body>log in</body>", "HTML"),
    "dtd": (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DTD"),
    "entity bomb": (LAUGHS, "DTD"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "DTD"),
    "unknown entity": (b"<a>&x;</a>", "cut off or altered"),
    "stylesheet": (b'<?xml-stylesheet href="x"?><a/>', "processing instruction"),
    "instruction inside": (b"<a><?php x?></a>", "processing instruction"),
    "other root": (b"<b/>", "root element 'b'"),
    "two roots": (b"<a/><a/>", "cut off or altered"),
    "text only": (b"% Error: no such file", "cut off or altered"),
    "latin-1": (b"<a>\xe4</a>", "not UTF-8"),
    "latin-1, declared": (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe4</a>', "not UTF-8"),
    "utf-16": ("<a/>".encode("utf-16"), "not UTF-8"),
    "utf-16 without mark": ("<a/>".encode("utf-16-be"), "not UTF-8"),
    "nul": (b"<a>\0</a>", "cut off or altered"),
    "garbage behind": (b"<a/>WLC#", "cut off or altered"),
    "cut in a tag": (b"<a><b", "cut off or altered"),
    "cut in text": (b"<a><b>x", "cut off or altered"),
    "cut in cdata": (b"<a><![CDATA[{", "cut off or altered"),
    "too deep": (b"<a>" * 9 + b"</a>" * 9, "nested deeper than 8"),
    "too many": (b"<a>" + b"<b/>" * 50 + b"</a>", "more than 50 elements"),
    "too much text": (b"<a>" + b"x" * 1001 + b"</a>", "more than 1000 characters"),
    "too large": (b"<a>" + b" " * 5000 + b"</a>", "has 5007 octets"),
}


@pytest.mark.parametrize(("data", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_document_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(FileFormatError, match=re.escape(says)) as caught:
        read_xml(data, name="wlc1.xml", roots=("a",), limits=Limits(size=5000, text=1000, elements=50, depth=8))
    assert str(caught.value).startswith("wlc1.xml: ")
    assert "\n" not in str(caught.value)


def test_size_is_judged_before_a_single_octet_is_read() -> None:
    class Announced(bytes):
        def __len__(self) -> int:
            return 1 << 30

    with pytest.raises(FileFormatError, match="has 1073741824 octets"):
        read_xml(Announced(), name="big", roots=("a",))


def test_a_bomb_costs_nothing() -> None:
    tracemalloc.start()
    with pytest.raises(FileFormatError):
        read_xml(LAUGHS, name="bomb", roots=("a",))
    _unused, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_values_are_found_by_path_whatever_the_case() -> None:
    root = read_xml(b"<a><b><dateStamp> x </dateStamp><e></e></b></a>", name="", roots=("a",))
    assert root.value("b", "datestamp") == "x"
    assert root.value("b", "e") is None
    assert root.value("c", "d") is None
    assert [e.tag for e in root.walk()] == ["a", "b", "dateStamp", "e"]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffe\uffff"))


@given(
    st.lists(
        st.one_of(
            st.just("<t/>"),
            st.just("<t a='/'/>"),
            st.just("<t></t>"),
            st.just("<t>/></t>"),
            st.just("<t><u/></t>"),
            st.just("<t><!-- /> --></t >"),
            TEXT.filter(lambda t: "]]>" not in t).map(lambda t: f"<t><![CDATA[{t}]]></t>"),
        )
    ),
    st.sampled_from(["", "\ufeff", "<?xml version='1.0' encoding='UTF-8'?>\n", "<!-- ä -->"]),
    st.sampled_from(["", " ", "ä\n"]),
)
def test_an_element_is_cut_out_octet_for_octet(elements: list[str], prolog: str, gap: str) -> None:
    data = (prolog + "<a>" + gap.join(elements) + "</a>").encode()
    root = read_xml(data, name="", roots=("a",))
    assert [child.raw(data).decode() for child in root.children] == elements
