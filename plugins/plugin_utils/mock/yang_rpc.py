# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the models: licensing, files, ``cisco-ia`` and command lines (yang.md 5 and 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from .flash import FlashError
from .importer import SUCCESS
from .saver import NOT_FOUND
from .yang_cli import Refusal
from .yang_config import Line
from .yang_data import Data, ModelError, fitting
from .yang_edit import edited
from .yang_schema import Node
from .yang_state import moment, truth
from .yang_store import REFUSED, SAVED, Client, Datastores
from .yang_text import schema_text
from .yang_xml import Xml

_SL = "cisco-smart-license:"
_XE = "Cisco-IOS-XE-rpc:"
_LOCAL = re.compile(r"(?:bootflash|flash|harddisk|nvram):", re.IGNORECASE)
_SAVE_PATH = re.compile(r"(?:bootflash|flash|ftp|https?|nvram|param|scp|system|tftp|tmpsys):|syslog", re.IGNORECASE)
_COPY_PATH = re.compile(
    r"(?:bootflash|harddisk|flash|nvram|ftp|https?|scp|tftp):|(?:running|startup)-config$", re.IGNORECASE
)
_DONE = "RPC request successful"
_UNMODELLED = ("license air", "license smart proxy", "license smart vrf", "license smart server-identity-check")


class Operations:
    """What a device does when a model's operation is called."""

    def __init__(self, stores: Datastores) -> None:
        self._stores = stores
        self._device = stores.device
        self._rpcs: Mapping[str, Callable[[Client, Data], Data]] = {
            f"{_SL}id-token-trust": self._trust,
            f"{_SL}rum-save-usage-all": lambda client, data: self._save(client, "all", data),
            f"{_SL}rum-save-usage-unreported": lambda client, data: self._save(client, "unreported", data),
            f"{_SL}rum-save-usage-days": self._save_days,
            f"{_SL}trust-request-save": self._save_trust_request,
            f"{_SL}import-file": self._import,
            # All wireless licences are unenforced: there is nothing to authorise and nothing to return.
            f"{_SL}authorization-request-online": lambda _client, _data: _code("requesteditemnotfound"),
            f"{_SL}authorization-code-return-online": self._nothing_to_return,
            f"{_SL}authorization-code-return-offline": self._nothing_to_return,
            **{
                f"{_SL}{name}": lambda _client, _data: _code("notsupported")
                for name in ("register-id-token", "de-register", "renew-id", "renew-auth")
            },
            f"{_XE}license": self._license,
            f"{_XE}copy": self._copy,
            f"{_XE}delete": self._delete,
            f"{_XE}reload": self._never,
            f"{_XE}factory-reset": self._never,
            "cisco-ia:save-config": self._save_config,
            "cisco-ia:sync-from": lambda _client, _data: {"result": "sync from successful"},
            "cisco-ia:is-syncing": self._is_syncing,
            "cisco-ia:checkpoint": self._checkpoint,
            "cisco-ia:netconf-session-id": lambda client, _data: {"result": str(client.number)},
            "cisco-ia:current-time": lambda _client, _data: {"result": moment(self._device.now)},
            "Cisco-IOS-XE-cli-rpc:config-ios-cli-rpc": self._cli_lines,
            "Cisco-IOS-XE-cli-rpc:config-ios-cli-trans": self._cli_transaction,
            "Cisco-IOS-XE-cli-rpc:get-modelled-config-clis": self._modelled,
            "ietf-netconf-monitoring:get-schema": self._schema,
        }

    def find(self, name: str, module: str) -> Node | None:
        """The operation, if this release has it."""
        node = self._stores.models.rpcs.get(f"{module}:{name}")
        return node if node and f"{module}:{name}" in self._rpcs else None

    def call(self, client: Client, rpc: Node, elements: Sequence[Xml]) -> Data:
        """Do it; the output as data of ``rpc``'s child ``output``. Raises ModelError."""
        values = self._input(rpc, elements)
        output = self._rpcs[f"{rpc.module}:{rpc.name}"](client, values)
        below = rpc.child("output")
        return fitting(below.children, output) if below else {}

    def _input(self, rpc: Node, elements: Sequence[Xml]) -> Data:
        below = rpc.child("input") or Node("input", rpc.module, "container")
        root = {f"{rpc.module}:input": below}
        wrapped = Xml("input", rpc.module, children=list(elements))
        data: Data = edited(root, {}, [wrapped], self._stores.modules).get(f"{rpc.module}:input", {})
        for child in below.children.values():
            if child.marked and child.kind == "leaf" and child.name not in data:
                bad = (("bad-element", child.name),)
                raise ModelError("missing-element", f"missing element: {child.name}", kind="protocol", info=bad)
        return data

    # --- cisco-smart-license ------------------------------------------------------------------------------------------

    def _trust(self, client: Client, data: Data) -> Data:
        """Success is ``registrationinprogress``: what comes of it is in the state, later (yang.md 5.1)."""
        agent, everywhere, force = self._device.agent, data.get("all-ha") == "true", data.get("force") == "true"
        units = agent.udis if everywhere else agent.udis[:1]
        if not force and not set(units) & set(agent.untrusted()):
            return _code("alreadyregistered")
        if agent.config.mode == "off":
            return _code("commdisabled")
        scope = "all" if everywhere else "local"
        self._run(client, f"license smart trust idtoken {data['id-token']} {scope}{' force' if force else ''}")
        return _code("registrationinprogress")

    def _save(self, client: Client, scope: str, data: Data) -> Data:
        return _code(_saved(self._run(client, f"license smart save usage {scope} file {data['file-path']}")))

    def _save_days(self, client: Client, data: Data) -> Data:
        if data.get("days", "0") == "0":
            return _code("BadInputParams")
        return self._save(client, f"days {data['days']}", data)

    def _save_trust_request(self, client: Client, data: Data) -> Data:
        return _code(_saved(self._run(client, f"license smart save trust-request {data['file-path']}")))

    def _import(self, client: Client, data: Data) -> Data:
        said = self._run(client, f"license smart import {data['file-path']}")
        return _code(_imported(said)) | {"confirmation-codes": ""}

    def _nothing_to_return(self, _client: Client, _data: Data) -> Data:
        return _code("noreservationauthcode") | {"authorization-return-string": ""}

    def _run(self, client: Client, command: str) -> str:
        return self._stores.cli.run(command, client.user)

    # --- Cisco-IOS-XE-rpc ---------------------------------------------------------------------------------------------

    def _license(self, client: Client, data: Data) -> Data:
        """The same commands by another door; the answer is their text."""
        smart = data.get("smart", {})
        return {"result": self._run(client, _smart_command(smart))}

    def _copy(self, client: Client, data: Data) -> Data:
        source, target = data["source-drop-node-name"], data["destination-drop-node-name"]
        for path in (source, target):
            if not _COPY_PATH.match(path):
                raise ModelError("invalid-value", f'"{path}" is not a valid value.')
        if source == "running-config" and target == "startup-config":
            self._device.save_config()
            return {"result": "[OK]"}
        try:
            return {"result": self._copy_file(client, source, target)}
        except FlashError as error:
            return {"result": str(error)}

    def _copy_file(self, client: Client, source: str, target: str) -> str:
        flash = self._device.flash
        if source in ("running-config", "startup-config"):
            config = self._device.config if source == "running-config" else self._device.startup
            content = self._device.render_config(config).encode()
        elif _LOCAL.match(source):
            content = flash.read(source)
        else:
            return f"%Error opening {source} (Timed out)"
        if target == "running-config":
            self._stores.cli.configure_each(content.decode(errors="replace").splitlines(), client.user, client.way)
        elif _LOCAL.match(target):
            flash.write(target, content)
        else:
            return f"%Error opening {target} (Timed out)"
        return f"{len(content)} bytes copied"

    def _delete(self, _client: Client, data: Data) -> Data:
        try:
            self._device.flash.delete(data["filename-drop-node-name"])
        except FlashError as error:
            return {"result": str(error)}
        return {"result": ""}

    def _never(self, _client: Client, _data: Data) -> Data:
        """Nothing here is to be restarted or wiped by a model."""
        raise ModelError("access-denied", "access denied", 403, "protocol")

    # --- cisco-ia -----------------------------------------------------------------------------------------------------

    def _save_config(self, _client: Client, _data: Data) -> Data:
        self._device.save_config()
        return {"result": SAVED}

    def _is_syncing(self, _client: Client, _data: Data) -> Data:
        stores = self._stores
        return {
            "result": "No sync in progress",
            "syncing": "false",
            "syncs-pending": "false",
            "running-datastore-locked": truth(stores.is_locked("running")),
            "candidate-datastore-locked": truth(stores.is_locked("candidate")),
            "candidate-datastore-dirty": truth(stores.dirty),
        }

    def _checkpoint(self, _client: Client, _data: Data) -> Data:
        return {"result": "Checkpoint successful"}

    # --- Cisco-IOS-XE-cli-rpc -----------------------------------------------------------------------------------------

    def _cli_lines(self, client: Client, data: Data) -> Data:
        """Raw lines, no way back; a bad one is no error unless a pattern of the caller finds it (yang.md 8.4)."""
        refused = self._stores.cli.configure_each(data["config-clis"].splitlines(), client.user, client.way)
        for line in refused:
            for pattern in data.get("error-patterns", []):
                if _found(pattern.get("error-pattern", ""), line):
                    return {
                        "result": "RPC request failed",
                        "lineno": str(line.number),
                        "error-code": "1",
                        "error-string": line.response,
                        "error-tag": pattern["error-tag"],
                    }
        return {"result": _DONE}

    def _cli_transaction(self, client: Client, data: Data) -> Data:
        lines = [Line(text.strip()) for text in data["clis"].splitlines() if text.strip()]
        refused = self._stores.cli.configure(lines, client.user, client.way)
        if refused:
            raise ModelError("invalid-value", REFUSED, refused=((refused.line, refused.response),))
        return {"result": _DONE}

    def _modelled(self, _client: Client, _data: Data) -> Data:
        lines = [line for line in self._device.licence_config.lines() if not line.startswith(_UNMODELLED)]
        return {"result": "\n".join([f"hostname {self._device.hostname}", *lines])}

    # --- ietf-netconf-monitoring --------------------------------------------------------------------------------------

    def _schema(self, _client: Client, data: Data) -> Data:
        models = self._stores.models
        module = models.modules.get(data["identifier"])
        if module is None or data.get("version", module.revision) not in ("", module.revision):
            raise ModelError("invalid-value", f"no such schema: {data['identifier']}", 404)
        if data.get("format", "yang").rpartition(":")[2] not in ("yang", ""):
            raise ModelError("invalid-value", f"no schema in format {data['format']}")
        return {"data": schema_text(models, module)}


def _code(name: str) -> Data:
    return {"return-code": name}


def _saved(said: str) -> str:
    """The return code for what ``license smart save`` printed; which code a device gives is not public."""
    if not said:
        return "success"
    if said == NOT_FOUND:
        return "notfound"
    return "storagefailtostore" if said.startswith("%Error writing") else "BadInputParams"


def _imported(said: str) -> str:
    if said == SUCCESS:
        return "success"
    if said.startswith("%Error"):
        return "notfound"
    if "does not belong" in said:
        return "matchidentifier"
    return "verifysignaturefailed" if re.search(r"signature|not valid|believed", said) else "msgparse"


def _found(pattern: str, line: Refusal) -> bool:
    try:
        return bool(re.search(pattern, line.response))
    except re.error:
        return pattern in line.response


def _smart_command(smart: Data) -> str:
    """The EXEC command of an input of ``Cisco-IOS-XE-rpc:license``. Raises ModelError for one that says nothing."""
    if "trust" in smart:
        trust = smart["trust"]
        force = " force" if "force" in trust else ""
        return f"license smart trust idtoken {trust['idtoken']} {'all' if 'all' in trust else 'local'}{force}"
    if "import" in smart:
        return f"license smart import {smart['import']}"
    if "save" in smart:
        return _save_command(smart["save"])
    if "authorization" in smart:
        return _authorization_command(smart["authorization"])
    if "register" in smart:
        return f"license smart register idtoken {smart['register']['idtoken']}"
    for name in ("deregister", "renew"):
        if name in smart:
            return f"license smart {name}"
    raise ModelError("missing-element", "missing element: smart", info=(("bad-element", "smart"),))


def _save_command(save: Data) -> str:
    if "trust-request" in save:
        path = save["trust-request"]
        command = f"license smart save trust-request {path}"
    else:
        usage = save.get("usage", {})
        scope = next((name for name in ("all", "unreported") if name in usage), f"days {usage.get('days', '')}")
        path = usage.get(scope, usage).get("file", "") if scope in usage else usage.get("file", "")
        command = f"license smart save usage {scope} file {path}"
    if not _SAVE_PATH.match(path):
        raise ModelError("invalid-value", f'"{path}" is not a valid value.')
    return command


def _authorization_command(authorization: Data) -> str:
    request = authorization.get("request")
    scope = "all" if "all" in (request or authorization.get("return", {})) else "local"
    if request:
        kind = "add" if "add" in request else "replace"
        return f"license smart authorization request {kind} {request.get(kind, '')} {scope}"
    back = authorization.get("return", {})
    how = f"offline {back['offline']}" if "offline" in back else "online"
    return f"license smart authorization return {scope} {how}"
