# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licensing through data models, for NETCONF and RESTCONF alike: requests, answers, and what they mean.

A driver sends what ``_yang_requests`` builds, turns each answer into the normal form with ``read_xml`` or
``read_json``, joins several with ``merge``, and reads them with ``state_from_yang`` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import _yang_requests as requests
from ._yang_codec import MAX_BYTES, read_json, read_xml
from ._yang_configuration import configuration_from_yang
from ._yang_replies import ReturnCode, RpcError, errors_of, result_of, return_code
from ._yang_requests import Edit, Patch, Read, Resource, Rpc
from ._yang_state import UNTOLD, ClosedReport, closed_reports, state_from_yang

Tree = Mapping[str, Any]

__all__ = (
    "MAX_BYTES",
    "UNTOLD",
    "ClosedReport",
    "Edit",
    "Patch",
    "Read",
    "Resource",
    "ReturnCode",
    "Rpc",
    "RpcError",
    "Tree",
    "closed_reports",
    "configuration_from_yang",
    "errors_of",
    "merge",
    "read_json",
    "read_xml",
    "requests",
    "result_of",
    "return_code",
    "state_from_yang",
)


def merge(*trees: Tree) -> Tree:
    """Several answers as one tree; lists are joined, a leaf given twice keeps its last value."""
    result: dict[str, Any] = {}
    for tree in trees:
        for key, value in tree.items():
            here = result.get(key)
            if isinstance(here, dict) and isinstance(value, dict):
                result[key] = merge(here, value)
            elif isinstance(here, list) and isinstance(value, list):
                result[key] = here + [item for item in value if item not in here]
            else:
                result[key] = value
    return result
