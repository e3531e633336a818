# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTPS calls to a device, by the portals' client: certificates are verified, redirects are not followed.

Reads share one connection: a handshake costs more than most of them.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from typing import Literal

from ansible_collections.c9800.slp.plugins.module_utils.portal.http import CallError, HttpClient, Response, describe
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    DeviceError,
    LoginError,
    PortalError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.safexml import MAX_BYTES

from .settings import RestSettings, hide

Method = Literal["GET", "POST", "PATCH", "DELETE"]

_RETRIES = 2  # of reads
_MAX_PAUSE = 30.0
_SERVER = (
    "Are 'ip http secure-server' and 'ip http authentication' configured, and is ansible_slp_https_port the port of "
    "HTTPS?"
)
_SLOW = "Raise command_timeout if the device is slow, and run again"
_BROKEN = "Run again; if it stays so, look at the device with `show platform software yang-management process`"
_REMEDIES = {
    409: "Another session may hold the configuration: see 'show netconf-yang sessions', then run again",
    403: "The user needs privilege 15, and the device's access lists have to allow the control node",
    404: "The device does not serve it: see docs/topologies for what to configure, or set slp_fallback: cli",
    405: "The device does not serve it: see docs/topologies for what to configure, or set slp_fallback: cli",
}


class DeviceHttp:
    """``most``: octets that one answer may have."""

    def __init__(self, settings: RestSettings, *, most: int = MAX_BYTES, retries: int = _RETRIES) -> None:
        self.host = settings.name
        self.settings = settings
        if not settings.user or not settings.password:
            raise LoginError(
                "no user and password to log in with are given",
                host=self.host,
                remedy="Check ansible_user and ansible_password; by HTTPS no SSH key helps",
            )
        try:
            self._client = HttpClient(
                ca_path=settings.ca_path,
                validate_certs=settings.validate_certs,
                timeout=settings.command_timeout,
                connect_timeout=settings.connect_timeout,
                retries=retries,
                max_pause=_MAX_PAUSE,
                max_bytes=most,
                portal=False,
            )
        except PortalError as error:
            raise LoginError(
                error.what, cause=error.cause, subject=error.subject, host=self.host, remedy="Check ansible_slp_ca_path"
            ) from None
        login = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        self._client.hide([settings.password, login])
        self._headers = {"Authorization": f"Basic {login}"}

    def close(self) -> None:
        """End the connection that reads share."""
        self._client.close()

    def call(
        self,
        method: Method,
        path: str,
        *,
        doing: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        timeout: float | None = None,
    ) -> Response:
        """The answer, unless it is about the login or leads elsewhere. Only reads are repeated."""
        try:
            response = self._client.request(
                method,
                self.settings.origin + path,
                headers={**self._headers, **headers},
                body=body,
                repeatable=method == "GET",
                timeout=timeout,
            )
        except CallError as error:
            raise self._failed(error, doing) from None
        except PortalError:
            raise LoginError(
                f"{self.settings.host!r} is neither a name nor an address of a device",
                host=self.host,
                remedy="Check ansible_host",
            ) from None
        if response.status == 401:
            raise LoginError(
                f"user {self.settings.user!r} or the password is refused",
                host=self.host,
                remedy="Check ansible_user and ansible_password, and 'ip http authentication' on the device",
            )
        if 300 <= response.status < 400:
            to = response.headers.get("Location", "nowhere")
            raise LoginError(
                f"the device redirects {doing}, which is not followed",
                cause=self._client.redact(f"HTTP {response.status} to {to[:120]}"),
                host=self.host,
                remedy="Check ansible_host and ansible_slp_https_port, and that 'restconf' is configured",
            )
        return response

    def redact(self, text: str) -> str:
        """The text without password and login."""
        return self._client.redact(text)

    def problem(self, response: Response, doing: str, *, secrets: Collection[str] = ()) -> CommandError:
        """The error for an answer that says nothing in its own protocol. ``secrets``: of the request, should it be
        echoed.
        """
        status = response.status
        said = hide(self.redact(response.opening), *secrets)
        return CommandError(
            f"{doing} is refused" if status < 500 else f"{doing}: the device is in trouble",
            cause=f"HTTP {status}: {describe(said)}",
            host=self.host,
            remedy=_REMEDIES.get(status, "See 'show logging' on the device" if status < 500 else "Run again later"),
        )

    def _failed(self, error: CallError, doing: str) -> DeviceError:
        settings = self.settings
        where = f"{settings.host} port {settings.port}"
        if error.fault == "certificate":
            return LoginError(
                "its certificate is not trusted",
                cause=error.cause,
                host=self.host,
                remedy="Give the CA that signed it in ansible_slp_ca_path, and reach the device by a name in it",
            )
        if error.fault == "name":
            return LoginError(
                f"the name {settings.host} does not resolve",
                cause=error.cause,
                host=self.host,
                remedy="Correct the name in ansible_host, or give an address",
            )
        if not error.sent:
            what = f"{where} gives no HTTPS connection"
            return LoginError(what, cause=error.cause, host=self.host, remedy=_SERVER)
        if error.fault == "cut":
            return ConnectionLost(
                f"the answer to {doing} is cut off", cause=error.cause, host=self.host, remedy="Run again"
            )
        return ConnectionLost(
            f"no answer to {doing}",
            cause=error.cause,
            host=self.host,
            remedy=_SLOW if error.fault == "silence" else _BROKEN,
        )
