# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds replies of the mock CSSM against the reconstruction of Cisco's OpenAPI document, where that is at hand."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_api import SOFTWARE_APIS

OPENAPI = (
    Path(__file__).parents[4]
    / "shared/samples/api/cssm-software-apis-1.0.2.licensing-subset.reconstructed.openapi.json"
)


@cache
def openapi() -> dict[str, Any] | None:
    return json.loads(OPENAPI.read_text()) if OPENAPI.exists() else None


def conforms(method: str, path: str, reply: Any) -> None:
    """Fail if a reply of ``software_apis`` has a status or a body which the document does not give for its path.

    Where the document is absent nothing is checked; test_world_openapi.py then skips and says so. A wrong content type
    (415) is not in the document: it is HTTP's own.
    """
    document = openapi()
    operation = document and path.startswith(SOFTWARE_APIS) and _operation(document, method, path)
    if not operation or reply.status == 415:
        return
    assert str(reply.status) in operation["responses"], f"{method} {path} answers {reply.status}"
    content = operation["responses"][str(reply.status)].get("content")
    if content:
        schema = {**content["application/json"]["schema"], "components": document["components"]}
        jsonschema.validate(reply.body, schema)


def _operation(document: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    wanted = path.removeprefix(SOFTWARE_APIS).split("?")[0]
    for template, item in document["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), wanted):
            return item.get(method.lower())
    return None
