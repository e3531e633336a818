# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations on one product instance, against simulated controllers over real SSH."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import ImportDoc, read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    DeviceError,
    FileFormatError,
    SlpError,
    TransferError,
    UnsupportedDevice,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.device.collect import CollectResult, collect
from ansible_collections.c9800.slp.plugins.plugin_utils.device.gather import gather
from ansible_collections.c9800.slp.plugins.plugin_utils.device.install import install, install_pending
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.trust_request import trust_request
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.clock import Clock
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import (
    ReportAck,
    Udi,
    read_usage,
    write_import,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.spec import DeviceSpec

from .served import Served, serving

SERIAL, PEER = "TTM0000A001", "TTM0000A002"


@dataclass
class Controller(Served):
    """What is collected from it, and installed on it."""

    pki: Pki
    archive: Archive
    drivers: list[NetmikoDriver] = field(default_factory=list)

    def login(self) -> NetmikoDriver:
        self.drivers.append(NetmikoDriver(self.settings))
        return self.drivers[-1]

    def collect(self, **options: Any) -> CollectResult:
        with self.login() as driver:
            return collect(driver, self.archive, **options)

    def fault(self, **fault: Any) -> None:
        self.shared.faults.add(fault)

    @property
    def flash(self) -> list[str]:
        return sorted(name for name, _file in self.device.flash.matching("") if name.startswith("slp-"))

    def ack(self, *, trust: bool = False, udi: Udi | None = None) -> ImportDoc:
        """What CSSM would answer to everything in the archive."""
        udi = udi or Udi(self.device.spec.pid, self.device.spec.serial)
        entries = [entry for pi in self.archive.pis() for entry in pi.state().usages]
        numbers = dict.fromkeys(number for entry in entries for number in entry.report_ids)
        units = [
            Udi(self.device.spec.pid, sn) for sn in (self.device.spec.serial, self.device.spec.standby_serial) if sn
        ]
        data = write_import(
            self.pki.cssm_sign,
            acks=[ReportAck(number, udi, transaction_id=7) for number in numbers],
            trust={unit: self.pki.trust_code(str(unit)) for unit in units} if trust else {},
            correlation_id="sim1",
            now=self.device.clock.now(),
        )
        return read_import(data, name="ACK_usage.txt")


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Callable[..., Controller]]:
    made: list[Controller] = []

    with serving(tmp_path) as serve:

        def make(**spec: Any) -> Controller:
            settings = {"name": "wlc1", "serial": SERIAL, "aps": 12, "waiting_reports": 6, "transport": "off"}
            pki = Pki.create()
            device = MockDevice(DeviceSpec(**settings | spec), Clock(), pki)
            one = serve(device, enable_password=device.spec.enable_password)
            archive = Archive(tmp_path / f"archive{len(made)}")
            made.append(Controller(one.device, one.shared, one.settings, pki, archive))
            return made[-1]

        yield make
        for one in made:
            for driver in one.drivers:
                driver.close()


RELEASES = ["17.3.4", "17.6.5", "17.9.5", "17.12.4", "17.15.3"]


@pytest.mark.parametrize("release", RELEASES)
def test_collect_and_install_through_the_releases(controller: Callable[..., Controller], release: str) -> None:
    one = controller(release=release)
    result = one.collect(facts={"smart_account": "example.com", "virtual_account": "Wireless"})
    assert (result.outcome, result.changed) == ("collected", True)
    assert result.usage is not None
    data = one.archive.pi(result.udi).usage_data(result.usage)
    reports = [int(found.group(1)) for found in re.finditer(rb'report_id\\*":\\*"?(\d+)', data)]
    assert list(result.usage.report_ids) == reports == list(result.new_reports)
    assert one.flash == [], "removed after the archive had it"
    assert len(one.drivers) == 1

    doc = one.ack()
    one.archive.pi(result.udi).add_ack(doc.raw, doc, report_ids=reports, source="test")
    with one.login() as driver:
        installed = install(driver, doc, archive=one.archive)
        assert installed.outcome == "installed"
        assert any(line.startswith("last ACK received: ") for line in installed.changes), installed.changes
        assert one.flash == []
        again = install(driver, doc, archive=one.archive)
        assert (again.outcome, again.changed) == ("already", False)
    assert all(status.state == "installed" for status in one.archive.pi(result.udi).state().reports.values())


@pytest.mark.parametrize("platform", ["C9800-CL", "C9800-40", "C9800-80", "C9800-L", "EWC-AP"])
def test_gather_on_every_platform(controller: Callable[..., Controller], platform: str) -> None:
    with controller(platform=platform).login() as driver:
        state = gather(driver, extra=["show license history message", "show license tech support"])
    assert (state.platform, state.udi.sn, state.host) == (platform, SERIAL, "wlc1")
    assert state.is_controller
    assert state.usage
    assert state.history is not None


def test_a_pair_gives_one_file_for_both_units(controller: Callable[..., Controller]) -> None:
    one = controller(platform="C9800-40", standby_serial=PEER)
    result = one.collect()
    assert {unit.udi.sn for unit in result.state.units} == {SERIAL, PEER}
    assert result.usage is not None
    assert {str(unit)[-11:] for unit in result.usage.facts["units"]} == {SERIAL, PEER}
    with one.login() as driver:
        installed = install(driver, one.ack(trust=True), archive=one.archive)
    assert installed.after.trust_complete
    assert sum(line.startswith("trust code of") for line in installed.changes) == 2


@pytest.mark.parametrize("transfer", ["cli", "scp", "auto"])
@pytest.mark.parametrize("scp", [True, False])
@pytest.mark.parametrize("md5", [True, False])
def test_every_way_and_every_device(controller: Callable[..., Controller], transfer: Any, scp: bool, md5: bool) -> None:
    one = controller(scp_server=scp, md5=md5)
    if transfer == "scp" and not scp:
        with pytest.raises(TransferError, match=r"wlc1: .*does not serve SCP.*stays on the device, and the next"):
            one.collect(transfer=transfer)
        assert len(one.flash) == 1
        return
    result = one.collect(transfer=transfer)
    assert result.outcome == "collected"
    assert (result.md5 is not None) == md5
    with one.login() as driver:
        assert install(driver, one.ack(), transfer=transfer).outcome == "installed"
    assert one.flash == []


def test_hundreds_of_reports(controller: Callable[..., Controller]) -> None:
    one = controller(waiting_reports=290)
    for transfer in ("cli", "scp"):
        result = one.collect(transfer=transfer)
        assert result.usage is not None
        assert len(result.usage.report_ids) >= 290


def test_nothing_to_save(controller: Callable[..., Controller]) -> None:
    result = controller(aps=0, waiting_reports=0).collect()
    assert (result.outcome, result.changed, result.usage) == ("nothing", False, None)
    assert result.message == "there is nothing to save"


def test_scopes(controller: Callable[..., Controller]) -> None:
    """A save may come with one more report when a second has passed, in which the access points were counted again."""
    one = controller()
    everything = one.collect().usage
    assert everything is not None
    saved = set(everything.report_ids)

    unreported = one.collect(scope="unreported").usage
    assert unreported is None or not saved & set(unreported.report_ids)
    days = one.collect(scope="days", days=400).usage
    assert days is not None
    assert saved <= set(days.report_ids)
    alone = one.collect(scope="rum_id", rum_id=everything.report_ids[0]).usage
    assert alone is not None
    assert alone.report_ids == everything.report_ids[:1]


def test_max_age(controller: Callable[..., Controller]) -> None:
    one = controller()
    first = one.collect(max_age=3600)
    saves = one.typed().count("save")
    second = one.collect(max_age=3600)
    assert (second.outcome, second.changed, second.usage) == ("recent", False, first.usage)
    assert "license smart save" not in " ".join(one.typed()[saves + 1 :][-6:])
    one.archive.now = lambda: datetime.now(UTC) + timedelta(hours=2)
    assert one.collect(max_age=3600).outcome == "collected"


def test_an_old_leftover_is_not_young(controller: Callable[..., Controller]) -> None:
    one = controller()
    with one.login() as driver:
        driver.run("license smart save usage all file bootflash:slp-usage-20260101T000000Z-00000001.xml")
    result = one.collect(max_age=3600)
    assert result.outcome == "collected"
    assert len(one.archive.pi(result.udi).state().usages) == 2


def test_keep_is_no_leftover(controller: Callable[..., Controller]) -> None:
    one = controller()
    one.collect(keep=True)
    assert len(one.flash) == 1
    assert one.collect().notes == ()
    assert len(one.flash) == 1


def test_check_mode_only_reads(controller: Callable[..., Controller]) -> None:
    one = controller(release="17.3.4")
    doc = one.ack(trust=True)
    before = one.flash
    with one.login() as driver:
        assert collect(driver, one.archive, check=True).outcome == "would_collect"
        assert install(driver, doc, archive=one.archive, check=True).outcome == "would_install"
        assert trust_request(driver, one.archive, check=True).outcome == "would_collect"
    assert not [line for line in one.typed() if line.startswith(("license", "delete", "tclsh", "scp"))]
    assert one.flash == before == []
    assert not one.archive.root.exists()


def test_trust_request_before_17_7_1(controller: Callable[..., Controller]) -> None:
    one = controller(release="17.3.4")
    with one.login() as driver:
        result = trust_request(driver, one.archive)
        assert (result.outcome, result.changed) == ("collected", True)
        assert result.usage is not None
        data = one.archive.pi(result.udi).usage_data(result.usage)
        [request] = read_usage(data).trust_requests
        assert request.sn == SERIAL
        again = trust_request(driver, one.archive)
        assert (again.outcome, again.changed) == ("not_needed", False)
        assert "waits in the archive" in again.message
        assert install(driver, one.ack(trust=True)).after.trust_complete
        assert trust_request(driver, one.archive).message == "every unit has a trust code"
    assert one.flash == []


def test_trust_request_from_17_7_1_travels_in_the_report(controller: Callable[..., Controller]) -> None:
    one = controller(release="17.9.5")
    with one.login() as driver:
        result = trust_request(driver, one.archive)
        assert result.message == "IOS XE 17.9.5 puts the request into its usage report"
        assert trust_request(driver, one.archive, force=True).outcome == "collected"


# --- what an earlier, killed run left ---


def test_leftovers_are_archived_and_removed(controller: Callable[..., Controller]) -> None:
    one = controller()
    with one.login() as driver:
        driver.run("license smart save usage all file bootflash:slp-usage-20260101T000000Z-00000001.xml")
        whole = one.device.flash.read("bootflash:slp-usage-20260101T000000Z-00000001.xml")
    one.device.flash.write("bootflash:slp-usage-20260101T000000Z-00000002.xml", whole[: len(whole) // 2])
    one.device.flash.write("bootflash:slp-ack-20260101T000000Z-00000003.xml", b"<smartLicense/>")
    one.device.flash.write("bootflash:slp-usage-by-hand.xml", whole)
    result = one.collect()
    assert one.flash == ["slp-usage-by-hand.xml"]
    assert len(one.archive.pi(result.udi).state().usages) == 2
    told = "\n".join(result.notes)
    for words in ("archived bootflash:slp-usage-20260101T000000Z-00000001.xml", "00000002", "00000003"):
        assert words in told
    assert one.collect().notes == ()


@pytest.mark.parametrize(
    ("fault", "archived"),
    [
        ({"match": "license smart save", "action": "drop"}, 0),
        ({"match": "^verify", "action": "drop"}, 0),
        ({"match": "^more", "action": "drop", "after": 3000}, 0),
        ({"match": "^delete", "action": "drop"}, 1),
    ],
    ids=["save", "verify", "more", "delete"],
)
def test_a_session_that_breaks_loses_nothing(
    controller: Callable[..., Controller], fault: dict[str, Any], archived: int
) -> None:
    one = controller()
    one.fault(**fault, times=1)
    with pytest.raises(ConnectionLost) as error:
        one.collect(transfer="cli")
    assert str(error.value).startswith("wlc1: the session ended in the middle of ")
    if fault["match"] == "^more":
        assert "octets of the answer (the file has " in str(error.value)
    assert sum(len(pi.state().usages) for pi in one.archive.pis()) == archived
    result = one.collect(max_age=3600, transfer="cli")
    assert result.outcome == ("recent" if archived else "recovered")
    assert one.flash == []
    reports = one.archive.pi(result.udi).state().reports
    assert len(reports) >= 6


# --- bad situations: an error that says it, and nothing half done ---


BAD = [
    ({"match": "license smart save", "action": "full_disk"}, SlpError, ["license smart save usage", "ace"]),
    ({"match": "^more", "action": "truncate", "after": 900}, TransferError, ["'more' does not give"]),
    ({"match": "^more", "action": "garbage", "after": 900}, TransferError, ["'more' does not give"]),
    ({"match": "^more", "action": "error"}, TransferError, ["'more' does not give", "%Error"]),
    ({"match": "^verify", "action": "wrong_digest"}, TransferError, ["differs from the file on the device (MD5)"]),
    ({"match": "license smart save", "action": "error", "text": "% Bad thing"}, CommandError, ["% Bad thing"]),
    ({"match": "license smart save", "action": "error", "text": "Odd words"}, CommandError, ["Odd words"]),
    ({"match": "license smart save", "action": "error", "text": ""}, CommandError, ["%Error"]),
]


@pytest.mark.parametrize(
    ("fault", "kind", "words"), BAD, ids=[f"{f['match']}-{f['action']}" for f, _unused, _unused in BAD]
)
def test_a_collect_that_fails_says_it_and_the_next_one_takes_all(
    controller: Callable[..., Controller], fault: dict[str, Any], kind: type[SlpError], words: list[str]
) -> None:
    """With scope *unreported* no later save has the reports of a file that was removed untaken."""
    one = controller(scp_server=False)
    owed = {report.report_id for report in one.device.agent.reports.closed()}
    one.fault(**fault)
    with pytest.raises(kind) as error:
        one.collect(scope="unreported")
    told = str(error.value)
    assert told.startswith("wlc1: ")
    assert "the device" in told
    for word in words:
        assert word in told
    assert one.archive.pis() == []
    saved = kind is TransferError
    assert len(one.flash) == saved
    if saved:
        assert f"bootflash:{one.flash[0]} stays on the device, and the next run takes it" in told
    else:
        assert "Nothing was left on the device" in told or "was removed from the device" in told
    one.shared.faults.clear()
    result = one.collect(scope="unreported")
    assert result.outcome in ("collected", "recovered")
    assert one.flash == []
    if fault["action"] != "full_disk":
        assert owed <= set(one.archive.pi(result.udi).state().reports)


def test_what_cannot_be_fetched_does_not_pile_up(controller: Callable[..., Controller]) -> None:
    """Neither is it removed: each run tries again, and says what else there is to do."""
    one = controller(scp_server=False)
    one.fault(match="^verify", action="wrong_digest")
    for _again in range(3):
        with pytest.raises(TransferError) as error:
            one.collect(scope="unreported")
    [left] = one.flash
    assert f"delete /force bootflash:{left}" in str(error.value)
    assert "scope: all" in str(error.value)
    assert len([line for line in one.typed() if line.startswith("license smart save")]) == 1
    one.shared.faults.clear()
    assert one.collect(scope="unreported").changed
    assert one.flash == []


def test_a_kept_file_that_was_not_fetched_is_taken_and_stays(controller: Callable[..., Controller]) -> None:
    one = controller(scp_server=False)
    one.fault(match="^more", action="truncate", after=900)
    with pytest.raises(TransferError):
        one.collect(scope="unreported", keep=True)
    one.shared.faults.clear()
    [kept] = one.flash
    result = one.collect(scope="unreported", keep=True)
    assert any(f"archived bootflash:{kept}" in note for note in result.notes)
    assert kept in one.flash
    before = one.flash
    assert one.collect(scope="unreported").notes == ()
    assert set(before) <= set(one.flash)


def test_words_beside_a_whole_file_cost_no_report(controller: Callable[..., Controller]) -> None:
    """Words that nobody knows are an error; the next run proves what was saved."""
    one = controller()
    one.fault(match="license smart save", action="garbage", text="%Warning: odd words\n", times=1)
    with pytest.raises(CommandError, match=r"odd words.*bootflash:slp-usage-.* stays on the device"):
        one.collect(scope="unreported")
    result = one.collect(scope="unreported")
    assert len(one.archive.pi(result.udi).state().reports) >= 6
    assert one.flash == []


SCP_FAULTS = [
    {"action": "garbage", "after": 100},
    {"action": "truncate", "after": 100},
    {"action": "hang", "after": 100},
    {"action": "error", "text": "%Error: no"},
    {"action": "full_disk"},
]


@pytest.mark.parametrize("fault", SCP_FAULTS, ids=[str(fault["action"]) for fault in SCP_FAULTS])
def test_what_scp_spoils_the_terminal_carries(controller: Callable[..., Controller], fault: dict[str, Any]) -> None:
    one = controller(waiting_reports=290)
    one.fault(match="^scp", **fault)
    assert one.collect().outcome == "collected"
    with one.login() as driver:
        assert install(driver, one.ack()).outcome == "installed"
    assert one.flash == []


def test_a_file_too_big_to_be_a_report_is_never_fetched(controller: Callable[..., Controller]) -> None:
    one = controller()
    name = "slp-usage-20260101T000000Z-00000001.xml"
    one.device.flash.write(f"bootflash:{name}", bytes(65 * 1024 * 1024))
    result = one.collect()
    assert result.outcome == "collected"
    assert any("68157440 octets" in note and "was removed from the device" in note for note in result.notes)
    assert one.flash == []
    assert not [line for line in one.typed() if name in line and line.startswith(("more", "scp"))]


def test_an_ack_that_refuses_all_is_installed(controller: Callable[..., Controller]) -> None:
    """It says nothing that the device could show already."""
    one = controller()
    one.collect()
    nack = ReportAck(1, Udi(one.device.spec.pid, SERIAL), "NACK", "no", 7)
    data = write_import(one.pki.cssm_sign, acks=[nack], correlation_id="sim2", now=one.device.clock.now())
    with one.login() as driver:
        assert install(driver, read_import(data, name="nack")).outcome == "installed"


@pytest.mark.parametrize("filesystem", ["bootflash\nreload", "flash:x y", "flash:slp/", "a b"])
def test_a_file_system_is_a_name_and_nothing_else(controller: Callable[..., Controller], filesystem: str) -> None:
    one = controller()
    with pytest.raises(DeviceError, match=r"is no name of a file system.*such as bootflash"):
        one.collect(filesystem=filesystem)
    assert not [line for line in one.typed() if "flash" in line or line == "reload"]
    assert one.collect(filesystem="bootflash:").outcome == "collected"


def test_a_full_flash_is_seen_before(controller: Callable[..., Controller]) -> None:
    one = controller(flash_free=5000)
    with pytest.raises(TransferError, match=r"wlc1: bootflash: only \d+ octets are free, 1048576 are needed"):
        one.collect()
    with one.login() as driver, pytest.raises(TransferError, match=r"octets are free"):
        install(driver, one.ack(trust=True))
    assert not [line for line in one.typed() if line.startswith("license")]


def test_a_device_that_pauses_is_waited_for(controller: Callable[..., Controller]) -> None:
    one = controller()
    one.fault(match="show license", action="slow", after="<none>", seconds=0.3)
    assert one.collect().outcome == "collected"


def test_a_device_that_hangs_is_given_up(controller: Callable[..., Controller]) -> None:
    one = controller()
    one.fault(match="license smart save", action="hang")
    with pytest.raises(CommandError, match=r"wlc1: 'license smart save usage all file .* 3 s of silence"):
        one.collect()


def test_a_device_before_slp_is_refused(controller: Callable[..., Controller]) -> None:
    one = controller(release="16.12.4")
    with pytest.raises(UnsupportedDevice, match=r"^wlc1: .*17\.3\.2a"):
        one.collect()


def test_an_ack_for_another_device_is_refused(controller: Callable[..., Controller]) -> None:
    one, other = controller(), controller(serial="TTM0000B001")
    one.collect()
    with other.login() as driver, pytest.raises(FileFormatError) as error:
        install(driver, one.ack())
    told = str(error.value)
    assert told.startswith("wlc1: ACK_usage.txt: is for another product instance (PID:C9800-CL-K9,SN:TTM0000A001)")
    assert "nothing was changed" in told
    assert not [line for line in other.typed() if line.startswith(("license", "tclsh", "scp"))]


def test_an_import_that_the_device_refuses(controller: Callable[..., Controller]) -> None:
    one, foreign = controller(), controller()
    one.collect()
    foreign.archive = one.archive
    doc = foreign.ack()  # signed by another CSSM
    with one.login() as driver, pytest.raises(CommandError) as error:
        install(driver, doc)
    told = str(error.value)
    assert told.startswith("wlc1: the device does not import ACK_usage.txt; its state is unchanged (Import Data Failed")
    assert "was removed from the device" in told
    assert one.flash == []


@pytest.mark.parametrize("match", ["license smart import", "^delete"])
def test_an_install_that_breaks_is_completed_by_the_next_run(controller: Callable[..., Controller], match: str) -> None:
    one = controller(release="17.12.4")
    udi = one.collect().udi
    doc = one.ack()
    folder = one.archive.pi(udi)
    folder.add_ack(doc.raw, doc, report_ids=doc.report_ids, source="test")
    one.fault(match=match, action="drop", times=1)
    with one.login() as driver, pytest.raises(ConnectionLost):
        install(driver, doc, archive=one.archive)
    with one.login() as driver:
        install(driver, doc, archive=one.archive)
    assert all(status.state == "installed" for status in folder.state().reports.values())
    one.collect(max_age=3600)
    assert one.flash == []


def test_a_document_that_the_device_refuses_does_not_hold_up_the_next(controller: Callable[..., Controller]) -> None:
    one, foreign = controller(), controller()
    folder = one.archive.pi(one.collect().udi)
    foreign.archive = one.archive
    for number, doc in enumerate([foreign.ack(), one.ack()]):  # the first is signed by another CSSM
        folder.add_ack(doc.raw, doc, report_ids=doc.report_ids, source=f"test{number}")
    with one.login() as driver, pytest.raises(CommandError) as error:
        install_pending(driver, one.archive)
    assert "does not import" in str(error.value)
    assert "Of the other documents: installed" in str(error.value)
    assert all(status.state == "installed" for status in folder.state().reports.values())
    with one.login() as driver:
        assert [result.outcome for result in install_pending(driver, one.archive)[1]] == ["already"]
    assert one.flash == []


def test_a_document_left_by_a_killed_install_is_removed(controller: Callable[..., Controller]) -> None:
    one = controller()
    one.device.flash.write("slp-ack-20260101T000000Z-0badc0de.xml", b"<smartLicense></smartLicense>")
    with one.login() as driver:
        assert len(install_pending(driver, one.archive, check=True)[2].done) == 1, "what the run would change"
        assert len(one.flash) == 1
        udi, results, tidied = install_pending(driver, one.archive)
    assert (udi.sn, results) == (SERIAL, [])
    assert "which an earlier run had left" in tidied.done[0]
    assert one.flash == []


def test_leftovers_that_stay_are_told_and_are_no_change(controller: Callable[..., Controller]) -> None:
    """Such as where AAA forbids ``delete``: else every run would have changed something."""
    one = controller()
    one.fault(match="^delete", action="error", text="% Not allowed")
    assert one.collect().outcome == "collected"
    one.device.flash.write("slp-ack-20260101T000000Z-0badc0de.xml", b"<smartLicense></smartLicense>")
    result = one.collect(max_age=3600)
    assert (result.outcome, result.changed, len(result.notes)) == ("recent", False, 2)
    assert all("cannot be removed (% Not allowed)" in note for note in result.notes)
    with one.login() as driver:
        tidied = install_pending(driver, one.archive)[2]
    assert (tidied.done, len(tidied.stuck)) == ([], 1)


def test_a_trust_request_that_only_tidies_up_has_changed_something(controller: Callable[..., Controller]) -> None:
    one = controller(release="17.3.4")
    one.device.flash.write("slp-ack-20260101T000000Z-0badc0de.xml", b"<smartLicense></smartLicense>")
    one.fault(match="license smart save trust", action="error", text="The requested item was not found")
    with one.login() as driver:
        result = trust_request(driver, one.archive)
    assert (result.outcome, result.changed) == ("nothing", True)
