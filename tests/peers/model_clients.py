# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTPS with nothing but the standard library, for questions to the services of simulated devices."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from typing import Any

KIND = "application/yang-data+json"


class Https:
    """One connection to a device."""

    def __init__(self, device: dict[str, Any]) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._connection = http.client.HTTPSConnection(
            device["address"], device["https_port"], context=context, timeout=20
        )
        login = f"{device['username']}:{device['password']}".encode()
        self._headers = {
            "Authorization": f"Basic {base64.b64encode(login).decode()}",
            "Accept": KIND,
            "Content-Type": KIND,
        }

    def __enter__(self) -> Https:
        return self

    def __exit__(self, *_unused: object) -> None:
        self._connection.close()

    def call(self, method: str, path: str, data: Any = None) -> tuple[int, bytes]:
        body = None if data is None else json.dumps(data)
        self._connection.request(method, path, body, self._headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    def get(self, path: str) -> Any:
        """What stands there; empty when there is nothing (204)."""
        status, body = self.call("GET", path)
        assert status in (200, 204), (path, status, body)
        return json.loads(body) if body else {}
