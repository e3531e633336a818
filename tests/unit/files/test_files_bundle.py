# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import gzip
import io
import re
import tarfile
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp._targz import Limits
from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import (
    BundleAccount,
    BundleMember,
    device_id,
    member_name,
    read_ack_bundle,
    read_usage_bundle,
    split_device_id,
    stamp,
    write_ack_bundle,
    write_usage_bundle,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import FileFormatError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.files._samples import real

NOW = datetime(2021, 4, 20, 20, 56, 13, 123_999, tzinfo=UTC)
STAMP = "21Apr20_20_56_13_123"
UDI = Udi("C9800-CL-K9", "9SIM0000001")
ACCOUNT: dict[str, Any] = {
    "smart_account": "example.com",
    "smart_account_id": "900719925474099312",
    "now": NOW,
    "created_by": "00000000-0000-4000-8000-000000000001",
}


def accounts() -> list[BundleAccount]:
    return [
        BundleAccount(
            "Default", "1", [BundleMember("A_1-00000000", b"one"), BundleMember("B_2-00000000", b"\0two\r\n")]
        ),
        BundleAccount("Büro: Wien", "2", [BundleMember("C_3-00000000", b"three")]),
    ]


def packed(files: dict[str, bytes] | list[tarfile.TarInfo]) -> bytes:
    """A tar.gz made by hand; a TarInfo alone announces its content and brings none."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for item in files:
            if isinstance(item, tarfile.TarInfo):
                tar.fileobj.write(item.tobuf())  # type: ignore[union-attr]
            else:
                info = tarfile.TarInfo(item)
                info.size = len(files[item])  # type: ignore[call-overload]
                tar.addfile(info, io.BytesIO(files[item]))  # type: ignore[call-overload]
    return gzip.compress(out.getvalue())


def member(name: str, kind: bytes = tarfile.REGTYPE, *, size: int = 0, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, target
    return info


def unpacked(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]


def test_the_stamp_is_utc_and_english() -> None:
    assert stamp(NOW) == STAMP
    assert stamp(NOW.replace(tzinfo=None)) == STAMP
    assert stamp(NOW.astimezone(timezone(timedelta(hours=9)))) == STAMP


def test_a_device_id_leads_back_to_its_device() -> None:
    identity = device_id(UDI, "ab12cd34" + "0" * 56)
    assert identity == "C9800-CL-K9_9SIM0000001-ab12cd34"
    name = member_name(identity, NOW)
    assert name == f"dev_{identity}_{STAMP}.txt"
    for seen in (identity, name, f"ACK_{name}", f"some/folder/ACK_{name}", f"ACK_{name[:-4]} (1).txt"):
        assert split_device_id(seen) == ("C9800-CL-K9_9SIM0000001", "ab12cd34")
    assert split_device_id("ACK_wlc1.txt") is None


def test_a_usage_bundle_has_the_form_that_cssm_takes() -> None:
    name, data = write_usage_bundle(accounts(), **ACCOUNT)
    assert name == f"UD_SA_{STAMP}.tar.gz"
    files = unpacked(data)
    assert list(files) == ["manifest.mf", f"UD_VA_{STAMP}.tar.gz", "UD_VA_21Apr20_20_56_13_124.tar.gz"]
    assert unpacked(files[f"UD_VA_{STAMP}.tar.gz"]) == {
        f"dev_A_1-00000000_{STAMP}.txt": b"one",
        f"dev_B_2-00000000_{STAMP}.txt": b"\0two\r\n",
    }
    assert files["manifest.mf"].decode() == (
        "Manifest-Version: 1.0\n"
        'Created-By: "{\\"uuid\\": \\"00000000-0000-4000-8000-000000000001\\"}"\n'
        "Smart-Account: example.com\n"
        "Smart-Account-ID: 900719925474099312\n"
        "\n"
        f"Name: /UD_VA_{STAMP}.tar.gz\n"
        "Specification-VA: Default\n"
        "Specification-VA-ID: 1\n"
        "\n"
        "Name: /UD_VA_21Apr20_20_56_13_124.tar.gz\n"
        "Specification-VA: Büro: Wien\n"
        "Specification-VA-ID: 2\n"
    )


def test_the_same_input_gives_the_same_octets() -> None:
    assert write_usage_bundle(accounts(), **ACCOUNT) == write_usage_bundle(accounts(), **ACCOUNT)


IDS = st.from_regex(r"[A-Z0-9]{1,30}_[A-Z0-9]{1,30}-[0-9a-f]{8}", fullmatch=True)
LINE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30)


@given(st.dictionaries(IDS, st.binary(max_size=2000), max_size=6), LINE, LINE, st.integers(0, 3))
def test_everything_comes_back_octet_for_octet(files: dict[str, bytes], sa: str, va: str, split: int) -> None:
    members = [BundleMember(identity, data) for identity, data in files.items()]
    given_accounts = [BundleAccount(va, "1", members[:split]), BundleAccount("", "", members[split:])]
    name, data = write_usage_bundle(given_accounts, **{**ACCOUNT, "smart_account": sa})
    read = read_usage_bundle(data, name=name)
    assert (read.smart_account, read.smart_account_id, read.ignored) == (sa, ACCOUNT["smart_account_id"], ())
    assert [(a.virtual_account, a.virtual_account_id) for a in read.accounts] == [(va, "1"), ("", "")]
    assert [(m.device_id, m.data) for m in read.members] == list(files.items())


def test_an_ack_bundle_answers_a_usage_bundle_name_for_name() -> None:
    usage = read_usage_bundle(write_usage_bundle(accounts(), **ACCOUNT)[1], name="UD_SA")
    name, data = write_ack_bundle(usage.accounts, **ACCOUNT)
    assert name == f"ACK_UD_SA_{STAMP}.tar.gz"
    ack = read_ack_bundle(data, name=name)
    assert [m.name for m in ack.members] == [f"ACK_{m.name}" for m in usage.members]
    assert [m.device_id for m in ack.members] == ["A_1-00000000", "B_2-00000000", "C_3-00000000"]
    assert [a.virtual_account for a in ack.accounts] == ["Default", "Büro: Wien"]


DEV = "dev_A_1-00000000_21Apr20_20_56_13_123.txt"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"ACK_UD_VA_x.tar.gz": packed({f"ACK_{DEV}": b"1"})}, [("A_1-00000000", b"1")]),
        ({"tmp/ACK_UD_VA_x.tar.gz": packed({f"./out/ACK_{DEV}": b"1"})}, [("A_1-00000000", b"1")]),
        (
            {"ACK_UD_VA_x.tar.gz": packed({f"ACK_{DEV}": b"1"}), "ACK_UD_VA_y.tar.gz": packed({"ACK_wlc2.txt": b"2"})},
            [("A_1-00000000", b"1"), ("wlc2", b"2")],
        ),
        ({f"ACK_{DEV}": b"1"}, [("A_1-00000000", b"1")]),
    ],
    ids=["one", "in folders", "several", "a virtual account's own"],
)
def test_ack_bundles_come_in_several_shapes_and_without_manifest(
    files: dict[str, bytes], found: list[tuple[str, bytes]]
) -> None:
    ack = read_ack_bundle(packed(files), name="ACK.tar.gz")
    assert [(m.device_id, m.data) for m in ack.members] == found
    assert (ack.smart_account, ack.ignored) == ("", ())


def test_a_manifest_is_read_as_cisco_writes_it() -> None:
    manifest = (
        "Manifest-Version: 1.0\r\nSmart-Account: a very long na\r\n me\r\nSmart-Account-ID: 5\r\nCreated-By: me\r\n\r\n"
        "Name: /UD_VA_x.ta.gz\r\nSpecification-VA: Default\r\nSpecification-VA-ID: \r\n"
    )
    data = packed({"manifest.mf": manifest.encode(), "UD_VA_x.tar.gz": packed({DEV: b"1", "notes": b""}), "z": b""})
    read = read_usage_bundle(data, name="UD_SA.tar.gz")
    assert (read.smart_account, read.smart_account_id) == ("a very long name", "5")
    assert [(a.virtual_account, a.virtual_account_id) for a in read.accounts] == [("Default", "")]
    assert read.ignored == ("z", "UD_VA_x.tar.gz/notes")


WHOLE = write_usage_bundle(accounts(), **ACCOUNT)[1]
REFUSED = {
    "empty": (b"", "no whole tar.gz"),
    "text": (b"<smartLicense/>", "no whole tar.gz"),
    "html": (b"<html>", "no whole tar.gz"),
    "gzip of text": (gzip.compress(b"x" * 1000), "no whole tar.gz"),
    "checksum": (WHOLE[:-8] + b"\0\0\0\0" + WHOLE[-4:], "no whole tar.gz"),
    "altered": (WHOLE[:100] + bytes([WHOLE[100] ^ 1]) + WHOLE[101:], "no whole tar.gz"),
    "no manifest": (packed({"UD_VA_x.tar.gz": packed({DEV: b"1"})}), "has no manifest.mf"),
    "manifest in latin-1": (
        packed({"manifest.mf": b"Smart-Account: B\xfcro"}),
        "UD_SA.tar.gz/manifest.mf: is not UTF-8",
    ),
    "inner is none": (packed({"manifest.mf": b"", "UD_VA_x.tar.gz": b"x"}), "UD_SA.tar.gz/UD_VA_x.tar.gz: is no whole"),
    "acks": (packed({"ACK_UD_VA_x.tar.gz": packed({f"ACK_{DEV}": b"1"})}), "a bundle of ACKs"),
    "leads up": (packed({"../manifest.mf": b""}), "a name that leads elsewhere"),
    "leads up later": (packed({"a/../../manifest.mf": b""}), "a name that leads elsewhere"),
    "absolute": (packed([member("/etc/passwd")]), "a name that leads elsewhere"),
    "backslash": (packed({"..\\x": b""}), "a name that leads elsewhere"),
    "symlink": (packed([member("manifest.mf", tarfile.SYMTYPE, target="/etc/passwd")]), "no plain file"),
    "hard link": (packed([member("manifest.mf", tarfile.LNKTYPE, target="x")]), "no plain file"),
    "device": (packed([member("manifest.mf", tarfile.CHRTYPE)]), "no plain file"),
    "fifo": (packed([member("manifest.mf", tarfile.FIFOTYPE)]), "no plain file"),
    "announced 1 GiB": (packed([member("manifest.mf", size=1 << 30)]), "announces 1073741824 octets"),
    "same name twice": (packed({"a/manifest.mf": b"", "b/manifest.mf": b""}), "holds manifest.mf twice"),
}


@pytest.mark.parametrize(("data", "says"), REFUSED.values(), ids=REFUSED)
def test_a_bundle_that_cannot_be_trusted_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(FileFormatError, match=re.escape(says)) as caught:
        read_usage_bundle(data, name="UD_SA.tar.gz")
    assert str(caught.value).startswith("UD_SA.tar.gz")


def test_a_bundle_cut_off_anywhere_is_refused() -> None:
    for size in range(len(WHOLE)):
        with pytest.raises(FileFormatError):
            read_usage_bundle(WHOLE[:size], name="cut")


def test_no_ack_inside_is_said() -> None:
    with pytest.raises(FileFormatError, match="holds no ACK"):
        read_ack_bundle(WHOLE, name="UD_SA.tar.gz")


@pytest.mark.parametrize("inside", [False, True])
def test_a_bomb_is_stopped_while_it_unpacks(inside: bool) -> None:
    bomb = gzip.compress(bytes(96 * 1024 * 1024), 9)
    data = packed({"manifest.mf": b"", "UD_VA_x.tar.gz": bomb}) if inside else bomb
    tracemalloc.start()
    with pytest.raises(FileFormatError, match="unpacks to more than"):
        read_usage_bundle(data, name="bomb", limits=Limits(total=8 * 1024 * 1024))
    _unused, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * 1024 * 1024


def test_the_limit_counts_all_nested_archives_together() -> None:
    nested = packed({DEV: bytes(3000)})
    data = packed({"manifest.mf": b"", **{f"UD_VA_{i}.tar.gz": nested for i in range(8)}})
    assert len(read_usage_bundle(data, name="x", limits=Limits(total=100_000)).members) == 8
    with pytest.raises(FileFormatError, match="unpacks to more than"):
        read_usage_bundle(data, name="x", limits=Limits(total=25_000))


def test_too_many_members_are_refused() -> None:
    data = packed({"manifest.mf": b"", "UD_VA_x.tar.gz": packed({f"dev_{i}": b"" for i in range(20)})})
    with pytest.raises(FileFormatError, match="more than 10 files"):
        read_usage_bundle(data, name="x", limits=Limits(members=10))


@pytest.mark.parametrize(
    ("members", "change", "says"),
    [
        ([BundleMember("../x", b"")], {}, "a member named"),
        ([BundleMember("a", b""), BundleMember("a", b"")], {}, "two members named dev_a"),
        ([BundleMember("a", b"", ".hidden")], {}, "a member named '.hidden'"),
        ([], {"smart_account": "x\nName: /evil"}, "cannot hold Smart-Account"),
    ],
)
def test_names_that_would_do_harm_are_not_written(
    members: list[BundleMember], change: dict[str, Any], says: str
) -> None:
    with pytest.raises(FileFormatError, match=re.escape(says)):
        write_usage_bundle([BundleAccount("", "", members)], **{**ACCOUNT, **change})


@given(st.binary(max_size=60), st.integers(0, 2**16))
def test_no_octets_make_it_fail_in_any_other_way(noise: bytes, place: int) -> None:
    raw = gzip.decompress(WHOLE)
    place %= len(raw)
    for data in (noise, gzip.compress(raw[:place] + noise + raw[place + len(noise) :], 1)):
        with contextlib.suppress(FileFormatError):
            read_usage_bundle(data, name="noise")
        with contextlib.suppress(FileFormatError):
            read_ack_bundle(data, name="noise")


def test_the_real_report_goes_through_a_bundle_octet_for_octet() -> None:
    data = real("rum/c9800-cl_17.09.02_rum-1671840750.xml")
    rum = read_rum(data)
    identity = device_id(rum.reports[0].udi, rum.sha256)
    name, bundle = write_usage_bundle([BundleAccount("", "", [BundleMember(identity, data)])], **ACCOUNT)
    (back,) = read_usage_bundle(bundle, name=name).members
    assert back.data == data
    assert split_device_id(back.name) == (rum.reports[0].udi.label, rum.sha256[:8])
