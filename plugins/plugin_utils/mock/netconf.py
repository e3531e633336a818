# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""NETCONF over SSH of a simulated device: the subsystem ``netconf`` on a port of its own (yang.md 10).

Faults, by the subjects ``netconf:hello`` and ``netconf:OPERATION``:

``hang``, ``drop``, ``slow``   no answer, a broken connection, an answer after ``seconds``
``truncate``                   the frame ends at ``after`` octets (default: in its middle) and so does the session
``garbage``                    ``text`` in the middle of the message
``error``                      an rpc-error, operation-failed, with ``text``
``chunk``                      a chunk that says that it is longer than it is
``huge``                       ``after`` octets (default: ten million) more of answer
``wrong_id``, ``no_id``        a reply to another message (``text``), or one without message-id
``locked``                     the datastore is locked; ``text``: by whom
``device_refused``             the device refuses a line; ``text``: which
``invalid_path``               the operation is unknown
``reload``                     the device restarts in place of doing it
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from .faults import COMMAND_ACTIONS, MODEL_ACTIONS, NOISE, RELOAD, Fault, Faults
from .journal import Journal
from .netconf_ops import NetconfOperations
from .netconf_wire import BASE_11, Framing, FramingError, hello, reply, rpc_error
from .ssh_login import Login, Served
from .users import ENOUGH, privilege
from .yang_data import ModelError, unknown_element
from .yang_edit import NETCONF
from .yang_rpc import Operations
from .yang_store import REFUSED, Client, Datastores, locked_by
from .yang_xml import Xml, XmlError, parse

if TYPE_CHECKING:
    from .device import MockDevice

try:
    import asyncssh

    BytesSession = asyncssh.SSHServerSession[bytes]
except ImportError:  # ssh.SharedSsh says what is missing
    BytesSession = object  # type: ignore[misc, assignment]

ALL_ACTIONS = (*COMMAND_ACTIONS, *MODEL_ACTIONS)
_HUGE = 10_000_000
_INTERNAL = "yang_mgmt_infra system (system from system)"


class NetconfServer:
    """NETCONF of one device: what its sessions share."""

    def __init__(self, device: MockDevice, stores: Datastores, faults: Faults, journal: Journal) -> None:
        self.device = device
        self.stores = stores
        self.operations = Operations(stores)
        self.journal = journal
        self._faults = faults

    def login(self, served: Served) -> Login:
        return NetconfLogin(served, self)

    def fault(self, operation: str) -> Fault | None:
        return self._faults.take(self.device.spec.name, f"netconf:{operation}", ALL_ACTIONS)


class NetconfLogin(Login):
    """A client at the NETCONF port: only the subsystem, and the users of the configuration."""

    def __init__(self, served: Served, server: NetconfServer) -> None:
        super().__init__(served)
        self._server = server
        self._privilege = 0

    def validate_password(self, username: str, password: str) -> bool:
        found = privilege(self._server.device, username, password)
        self._privilege = found or 0
        return found is not None

    def public_key_auth_supported(self) -> bool:
        return False

    def session_requested(self) -> NetconfChannel:  # type: ignore[override]  # the CLI's sessions are of another kind
        return NetconfChannel(self._server, self._conn, self._user, self._privilege)


class NetconfChannel(BytesSession):
    """One session, from hello to close-session."""

    def __init__(self, server: NetconfServer, conn: asyncssh.SSHServerConnection, user: str, granted: int) -> None:
        self._server = server
        self._conn = conn
        self._user = user
        self._granted = granted
        self._framing = Framing()
        self._greeted = False
        self._messages: asyncio.Queue[bytes] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._drained = asyncio.Event()
        self._drained.set()

    # From asyncssh

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._chan = chan

    def subsystem_requested(self, subsystem: str) -> bool:
        return subsystem == "netconf"

    def session_started(self) -> None:
        source = str((self._conn.get_extra_info("peername") or ("127.0.0.1",))[0])
        self._client = self._server.stores.client(self._user, "netconf", source)
        self._client.kill = self._conn.abort
        self._perform = NetconfOperations(self._server.stores, self._server.operations, self._client)
        self._task = asyncio.get_running_loop().create_task(self._live(self._client))

    def data_received(self, data: bytes, _datatype: int | None) -> None:
        try:
            for message in self._framing.feed(data):
                self._receive(message)
        except (FramingError, XmlError):
            self._end()

    def eof_received(self) -> bool:
        return False

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._task:
            self._task.cancel()
        if self._client:
            self._server.stores.forget(self._client)
        self._drained.set()

    # Messages

    def _receive(self, message: bytes) -> None:
        if self._greeted:
            self._messages.put_nowait(message)
            return
        root = parse(message)
        if root.name != "hello":
            raise XmlError("a hello is due")
        listed = root.find("capabilities")
        self._greeted = True
        # What the client sent behind its hello is framed as both can; ours goes out as the old framing wants.
        self._framing.chunked = any(item.text.strip() == BASE_11 for item in listed or ())

    async def _live(self, client: Client) -> None:
        """Say hello, then answer one message after the other."""
        fault = self._server.fault("hello")
        stores = self._server.stores
        greeting = hello(stores.models.capabilities(candidate=stores.with_candidate), client.number)
        if not await self._send(greeting, fault, Framing()):
            return
        while True:
            message = await self._messages.get()
            try:
                rpc = parse(message)
            except XmlError as error:
                await self._send(reply("", rpc_error(ModelError("malformed-message", str(error), kind="rpc"))), None)
                continue
            operation = rpc.children[0] if rpc.name == "rpc" and rpc.children else None
            fault = self._server.fault(operation.name if operation else "rpc")
            if fault and fault.action == RELOAD:
                self._server.device.reload()
                return
            answer = reply(_attributes(rpc, fault), await self._answer(rpc, operation, fault))
            if not await self._send(answer, fault):
                return
            if operation and operation.name == "close-session":
                self._end()
                return

    async def _answer(self, rpc: Xml, operation: Xml | None, fault: Fault | None) -> str:
        if fault and fault.action == "slow":
            await asyncio.sleep(fault.seconds)
        try:
            content = self._do(rpc, operation, fault)
        except ModelError as error:
            return rpc_error(error)
        if fault and fault.action == "huge":
            size = fault.after if isinstance(fault.after, int) else _HUGE
            content += f"<!--{'x' * size}-->"
        return content

    def _do(self, rpc: Xml, operation: Xml | None, fault: Fault | None) -> str:
        if rpc.name != "rpc" or rpc.namespace != NETCONF or operation is None:
            raise ModelError("operation-not-supported", "an rpc is expected", kind="rpc")
        if ("", "message-id") not in rpc.attributes:
            missing = (("bad-attribute", "message-id"), ("bad-element", "rpc"))
            raise ModelError("missing-attribute", "message-id is missing", kind="rpc", info=missing)
        # The name alone: what is inside may be a secret.
        self._server.journal.record(
            self._server.device.spec.name, f"<{operation.name}>", user=self._user, mode="netconf"
        )
        if self._granted < ENOUGH and operation.name != "close-session":
            raise ModelError("access-denied", "access denied", kind="protocol")
        if error := faulty(fault, operation.name):
            raise error
        with self._server.device.flash.under(fault):
            return self._perform.perform(operation)

    async def _send(self, message: bytes, fault: Fault | None, framing: Framing | None = None) -> bool:
        """Write a message as the fault has it; False: the session is over."""
        action = fault.action if fault else ""
        if action == "slow" and framing and fault:  # a hello has no other place to wait
            await asyncio.sleep(fault.seconds)
        if action == "garbage" and fault:
            middle = fault.after if isinstance(fault.after, int) else len(message) // 2
            message = message[:middle] + (fault.text or NOISE).encode() + message[middle:]
        data = (framing or self._framing).frame(message, wrong=action == "chunk")
        if action in ("hang", "drop", "truncate") and fault:
            middle = len(data) // 2 if action == "truncate" else 0
            await self._write(data[: fault.after if isinstance(fault.after, int) else middle])
            return await self._stop(action)
        await self._write(data)
        return True

    async def _stop(self, action: str) -> bool:
        if action == "hang":
            await asyncio.Event().wait()  # until the client has had enough
        elif action == "drop":
            self._conn.abort()
        else:
            self._end()
        return False

    async def _write(self, data: bytes) -> None:
        for start in range(0, len(data), 2**18):
            await self._drained.wait()
            if self._chan.is_closing():
                return
            self._chan.write(data[start : start + 2**18])

    def _end(self) -> None:
        if not self._chan.is_closing():
            self._chan.exit(0)
        # What was written goes out first.
        asyncio.get_running_loop().call_soon(self._conn.close)


def faulty(fault: Fault | None, operation: str) -> ModelError | None:
    """The error that a fault makes of a request, whichever the protocol."""
    made: dict[str, Callable[[Fault], ModelError]] = {
        "locked": lambda fault: locked_by(f"22 {fault.text or _INTERNAL}", 22),
        "device_refused": lambda fault: ModelError(
            "invalid-value", REFUSED, refused=((fault.text or operation, "% Invalid input detected at '^' marker."),)
        ),
        "invalid_path": lambda _fault: unknown_element(operation),
        "error": lambda fault: ModelError("operation-failed", fault.text or "internal error", 500),
    }
    return made[fault.action](fault) if fault and fault.action in made else None


def _attributes(rpc: Xml, fault: Fault | None) -> str:
    """Those of the rpc, which a reply repeats: message-id and whatever else there was."""
    shown = {name: value for (namespace, name), value in rpc.attributes.items() if not namespace}
    if fault and fault.action == "no_id":
        shown.pop("message-id", None)
    if fault and fault.action == "wrong_id":
        shown["message-id"] = fault.text or "0"
    return "".join(f" {name}={quoteattr(value)}" for name, value in shown.items())
