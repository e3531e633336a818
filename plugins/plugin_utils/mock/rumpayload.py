# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RUM reports as JSON, in the two dialects of formats.md 1.3, signed with the simulator's device key."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from .rumgen import Measurement, Report
from .simdoc import SIGNING_TYPE, SignedReport, Udi

AP_PID = "C9120AXI-B"


class Signer(Protocol):
    """What a device needs of the world's keys (pki.py)."""

    def device_sign(self, payload: bytes) -> tuple[str, str]: ...

    def cssm_verify(self, data: bytes, value: str) -> bool: ...

    def trust_valid(self, udi: str, code: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the reports of one device. ``units``: (role, UDI), the active first."""

    units: tuple[tuple[str, Udi], ...]
    software_tag: str
    software_version: str
    dialect: int
    signer: Signer

    @property
    def udi(self) -> Udi:
        return self.units[0][1]

    def signed(self, report: Report) -> SignedReport:
        """A closed report in its signed form: the same octets every time."""
        payload = self._payload(report)
        report.signature = report.signature or self.signer.device_sign(payload.encode())
        return SignedReport(payload, self._reporter(report), *report.signature)

    def _reporter(self, report: Report) -> Udi:
        """The unit that was active when the report was closed."""
        return report.units[0][1] if report.units else self.udi

    def _payload(self, report: Report) -> str:
        reporter = self._reporter(report)
        asset: dict[str, Any] = {"asset": {"name": self.software_tag}, "instance": {"sudi": reporter.sudi}}
        meta: dict[str, Any] = {"entitlement_tag": report.licence.tag}
        measurements = [self._measurement(item, reporter) for item in report.measurements]
        if self.dialect == 1:
            asset["signature"] = self._asset_signature(report, asset)
            meta["report_id"] = report.report_id
            self._complete(meta, report)
            body = {"asset_identification": asset, "meta": meta, "measurements": measurements}
        else:
            asset = {"report_id": report.report_id, **asset}
            meta["utility_enabled"] = False
            self._complete(meta, report)
            body = {
                "version": "2.0",
                "asset_identification": asset,
                "signature": self._asset_signature(report, asset),
                "meta": meta,
                "measurements": measurements,
            }
        return json.dumps(body, separators=(",", ":"))

    def _complete(self, meta: dict[str, Any], report: Report) -> None:
        if report.versioned:
            meta["software_version"] = self.software_version
        meta["ha_udi"] = [{"role": role, "sudi": udi.sudi} for role, udi in report.units or self.units]
        if report.tags:
            meta["customer_tags"] = dict(report.tags)  # that they are sent is documented, this key is ours

    def _asset_signature(self, report: Report, asset: dict[str, Any]) -> dict[str, str]:
        if report.asset_signature is None:
            report.asset_signature = self.signer.device_sign(json.dumps(asset, separators=(",", ":")).encode())
        key, value = report.asset_signature
        return {"signing_type": SIGNING_TYPE, "key": key, "value": value}

    def _measurement(self, item: Measurement, reporter: Udi) -> dict[str, Any]:
        end = item.end or item.start
        meta: dict[str, Any] = {}
        if item.added or item.removed:
            meta["removed_sudi_list"] = _access_points(reporter, item.removed)
            meta["added_sudi_list"] = _access_points(reporter, item.added)
        if item.reason:
            meta["termination_reason"] = item.reason
            if self.dialect == 2:
                meta["close_reason"] = item.reason
        return {
            "log_time": item.start,
            "metric_name": "ENTITLEMENT",
            "start_time": item.start,
            "end_time": end,
            "sample_interval": end - item.start,
            "num_samples": item.samples,
            **({"meta": meta} if meta else {}),
            "value": {"type": "COUNT", "value": str(item.count)},
        }


def _access_points(controller: Udi, numbers: Iterable[int]) -> list[dict[str, str]]:
    return [access_point(controller, number).sudi for number in numbers]


def access_point(controller: Udi, number: int) -> Udi:
    """The invented identity of one access point of a controller."""
    return Udi(AP_PID, f"AP{controller.sn[-4:]}{number:05}")
