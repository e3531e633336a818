# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reading costs: the show commands of a controller, and usage files of 1, 10 and 50 MB.

    python tests/benchmarks/bench_parse.py

The texts and the file come from a simulated controller; larger files have its reports many times, under other numbers.
Each reading is the smallest CPU time of five (texts: of 200), in a process of its own, with that process's peak memory.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench_mock import ROOT, server
from cost import table

sys.path.insert(0, str(ROOT / ".tree"))

from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.show import parse
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import build_state
from ansible_collections.c9800.slp.plugins.plugin_utils.device.files import stat
from ansible_collections.c9800.slp.plugins.plugin_utils.device.gather import FULL
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import (
    Endpoint,
    HostKeyPolicy,
    LoginSettings,
)

MEGABYTE = 1_000_000
SIZES = (1, 10, 50)
DEVICE = {"name": "bench", "serial": "9SIM0000001", "release": "17.12.4", "aps": 420, "waiting_reports": 340}
_REPORT = re.compile(rb"<RUMReport>.*?</RUMReport>\s*", re.DOTALL)
_NUMBER = re.compile(rb'(report_id\\*": *)\d+')


def record(work: Path) -> None:
    """Write texts.json and usage.txt, as a controller gives them."""
    fleet = work / "fleet.json"
    fleet.write_text(json.dumps([DEVICE]))
    with server(
        "-m", "ansible_collections.c9800.slp.plugins.plugin_utils.mock", "--fleet", str(fleet), "--runtime"
    ) as mock:
        facts = json.loads(mock.world.read_bytes())["devices"][0]
        end = Endpoint(host=facts["address"], port=facts["port"], user=facts["username"], password=facts["password"])
        settings = LoginSettings(name="bench", device=end, host_key_policy=HostKeyPolicy.IGNORE)
        with NetmikoDriver(settings) as driver:
            work.joinpath("texts.json").write_text(json.dumps(driver.run_all(FULL)))
            driver.run("license smart save usage all file bootflash:usage.txt")
            file = stat(driver, "bootflash:usage.txt")
            assert file is not None
            work.joinpath("usage.txt").write_bytes(driver.fetch(file.path, size=file.size, md5=file.md5))


def enlarge(data: bytes, size: int) -> bytes:
    """The same file with its reports so often that it has about ``size`` octets."""
    reports = _REPORT.findall(data)
    begin, end = data.index(reports[0]), data.index(reports[-1]) + len(reports[-1])
    count = max(1, size * len(reports) // (end - begin))
    many = (_NUMBER.sub(rb"\g<1>%d" % (10**10 + number), reports[number % len(reports)]) for number in range(count))
    return data[:begin] + b"".join(many) + data[end:]


def once(what: str, path: Path) -> tuple[Callable[[], Any], int]:
    """What to measure, and how often."""
    if what == "rum":
        data = path.read_bytes()
        return lambda: read_rum(data, name=path.name), 5
    texts = json.loads(path.read_bytes())
    if what == "state":
        return lambda: build_state(texts), 200
    return lambda: parse(what, texts[what]), 200


def child(what: str, path: Path) -> None:
    work, times = once(what, path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best = float("inf")
    for _unused in range(times):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": best, "peak": peak / 1024, "more": (peak - before) / 1024}))


def measure(what: str, path: Path) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, what, str(path)], check=True, capture_output=True)
    reading: dict[str, float] = json.loads(done.stdout)
    return reading


def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        record(work)
        rows: list[list[Any]] = []
        texts = json.loads(work.joinpath("texts.json").read_bytes())
        for what, label in (("show license all", "show license all"), ("state", f"build_state, {len(FULL)} commands")):
            reading = measure(what, work / "texts.json")
            size = len(texts[what] if what in texts else "".join(texts.values()))
            rows.append(
                [label, size / 1000, reading["seconds"] * 1000, size / MEGABYTE / reading["seconds"], None, None]
            )
        usage = work.joinpath("usage.txt").read_bytes()
        for megabytes in SIZES:
            path = work / f"usage{megabytes}.txt"
            path.write_bytes(enlarge(usage, megabytes * MEGABYTE))
            reading = measure("rum", path)
            rows.append(
                [
                    f"read_rum, {megabytes} MB",
                    path.stat().st_size / 1000,
                    reading["seconds"] * 1000,
                    path.stat().st_size / MEGABYTE / reading["seconds"],
                    reading["peak"],
                    reading["more"],
                ]
            )
    print(table(["", "kB", "CPU ms", "MB/s", "peak MB", "of that for it"], rows))
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        child(sys.argv[1], Path(sys.argv[2]))
        sys.exit(0)
    sys.exit(main())
