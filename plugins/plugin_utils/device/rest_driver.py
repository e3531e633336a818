# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver over RESTCONF (RFC 8040, yang.md 11)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.portal.http import Response
from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError, LoginError, ParseError
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import Edit, Patch, Read, Resource, Rpc, Tree

from .https import DeviceHttp, Method
from .model_driver import LOCK_PATIENCE, ModelWay, RefusedError, patiently, refused, slow
from .settings import RestSettings

_ROOT = "/restconf"
_JSON = "application/yang-data+json"
_HEADERS = {"Accept": _JSON, "Content-Type": _JSON}
_ABSENT = frozenset({"malformed-message", "unknown-element", "unknown-namespace"})


class RestDriver:
    """A ``ModelDriver``. There is no session: each call brings the credentials, the first one proves them.

    ``close`` it, or use it as a context manager.
    """

    way: ModelWay = "restconf"

    def __init__(self, settings: RestSettings, *, patience: float = LOCK_PATIENCE) -> None:
        self.host = settings.name
        self.user = settings.user
        self.http = DeviceHttp(settings)
        self._patience = patience

    def __enter__(self) -> RestDriver:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()

    def read(self, read: Read) -> Tree:
        return yang.merge(*map(self._resource, read.resources))

    def edit(self, edits: Sequence[Edit]) -> None:
        for patch in (patch for edit in edits for patch in edit.patches):
            self._patch(patch)

    def call(self, rpc: Rpc) -> Tree:
        return self._ask(
            "POST",
            f"/operations/{rpc.path}",
            rpc.name,
            body=rpc.body,
            timeout=slow(self.http.settings.command_timeout) if rpc.slow else None,
            secrets=rpc.secrets,
        )

    def _resource(self, resource: Resource) -> Tree:
        doing = f"the read of {resource.path}"
        if resource.fields:
            try:
                return self._ask("GET", f"/data/{resource.url}", doing, at=resource.at)
            except CommandError:  # a query parameter that the device does not know
                pass
        try:
            return self._ask("GET", f"/data/{resource.path}", doing, at=resource.at)
        except RefusedError as error:
            if error.tags <= _ABSENT:
                return {}
            raise

    def _patch(self, patch: Patch) -> None:
        self._ask(patch.method, f"/data/{patch.path}", "the configuration", body=patch.body)

    def _ask(
        self,
        method: Method,
        path: str,
        doing: str,
        *,
        body: Mapping[str, Any] | None = None,
        at: Sequence[str] = (),
        timeout: float | None = None,
        secrets: Collection[str] = (),
    ) -> Tree:
        data = None if body is None else json.dumps(body).encode()
        hidden = {*secrets, self.http.settings.password or ""} - {""}

        def once() -> Tree:
            response = self.http.call(method, _ROOT + path, doing=doing, headers=_HEADERS, body=data, timeout=timeout)
            return self._read(response, doing, at=at, hidden=hidden, absent=method in ("GET", "DELETE"))

        return self._told(lambda: patiently(once, patience=self._patience))

    def _read(
        self, response: Response, doing: str, *, at: Sequence[str], hidden: Collection[str], absent: bool
    ) -> Tree:
        """The tree in an answer; empty where there is nothing of it. Errors come in two spellings (yang.md 11)."""
        media = response.headers.get("Content-Type", "")
        if response.status < 300:
            return _decode(response, doing, at=at) if response.body.strip() else {}
        if response.status == 404 and "html" in media:
            raise LoginError("the device serves no RESTCONF", cause="HTTP 404", remedy="Is 'restconf' configured?")
        if response.status == 404 and absent:
            return {}
        try:
            errors = yang.errors_of(_decode(response, doing), secrets=hidden)
        except ParseError:
            errors = ()
        raise refused(doing, errors, host=self.host) if errors else self.http.problem(response, doing, secrets=hidden)

    def _told(self, work: Callable[[], Tree]) -> Tree:
        try:
            return work()
        except (ParseError, LoginError) as error:
            error.host = error.host or self.host
            raise


def _decode(response: Response, doing: str, *, at: Sequence[str] = ()) -> Tree:
    read = yang.read_xml if "xml" in response.headers.get("Content-Type", "") else yang.read_json
    return read(response.body, name=doing, at=at)
