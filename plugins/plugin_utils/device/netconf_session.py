# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ncclient over a login of our own (yang.md 10).

Its own login takes any host key with the ``iosxe`` parameters, and knows neither our policy nor a jump host. What it
logs holds whole messages, ID tokens among them, already at INFO; so its session is given a logger that keeps silent.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    ConnectionLost,
    DeviceError,
    LoginError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.safexml import MAX_BYTES

from .login import SILENT, Connection
from .netconf_frames import Frames, FramingError
from .settings import LoginSettings

if TYPE_CHECKING:
    from lxml import etree
    from ncclient.devices.default import DefaultDeviceHandler
    from ncclient.operations.errors import OperationError, TimeoutExpiredError
    from ncclient.operations.rpc import RPC, RPCReply
    from ncclient.transport.session import NetconfBase
    from ncclient.transport.ssh import SSHSession
    from paramiko import SSHException
else:
    try:
        from lxml import etree
        from ncclient.devices.default import DefaultDeviceHandler
        from ncclient.operations.errors import OperationError, TimeoutExpiredError
        from ncclient.operations.rpc import RPC, RPCReply
        from ncclient.transport.session import NetconfBase
        from ncclient.transport.ssh import SSHSession
        from paramiko import SSHException
    except ImportError:
        RPC = RPCReply = SSHSession = object

HAS_NCCLIENT = SSHSession is not object

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
_BASES = frozenset({"urn:ietf:params:netconf:base:1.0", "urn:ietf:params:netconf:base:1.1"})
_MESSAGES = ("hello", "rpc-reply", "notification")
_READ = 65536  # octets
_HEAD = 8192  # octets in which a message's root element has to begin

_SERVICE = (
    "Is 'netconf-yang' configured, and is ansible_slp_netconf_port the port of NETCONF (830), not that of the "
    "command line?"
)
_AGAIN = "Run again; if it stays so, see 'show platform software yang-management process' on the device"


class NetconfSession:
    """One NETCONF session. Logs in when it is made; ``close`` it. Raises from the ``DeviceError`` family.

    ``most``: octets that one answer may have.
    """

    def __init__(self, settings: LoginSettings, *, most: int = MAX_BYTES) -> None:
        self.host = settings.name
        self._settings = settings
        if not HAS_NCCLIENT:
            raise LoginError(
                "the Python library ncclient is missing", host=self.host, remedy="Install it: pip install ncclient"
            )
        self._handler = DefaultDeviceHandler({"name": "default"})
        self._session = _Session(self._handler, settings, most)
        try:
            self._session.open()
        except DeviceError as exc:
            self._session.close()
            raise self._told(exc) from exc.__cause__
        except BaseException:
            self._session.close()
            raise
        self.capabilities = frozenset(uri.strip() for uri in self._session.server_capabilities)

    @property
    def alive(self) -> bool:
        return bool(self._session.connected)

    def call(self, doing: str, operation: str, *, timeout: float | None = None) -> bytes:
        """Send one operation (an XML element) and return the whole ``rpc-reply``, whatever it says.

        ``doing`` names it in errors. ``timeout``: seconds for the whole answer. After an error the session is closed.
        """
        try:
            return self._call(doing, operation, timeout or self._settings.command_timeout)
        except DeviceError as exc:
            self._session.close()
            raise self._told(exc) from None

    def close(self) -> None:
        """End the session. Idempotent, never raises."""
        with contextlib.suppress(Exception):
            if self.alive:
                _Call(self._session, self._handler, timeout=1.0).request(etree.Element(f"{{{BASE}}}close-session"))
        self._session.close()

    def _call(self, doing: str, operation: str, seconds: float) -> bytes:
        if not self.alive:
            raise ConnectionLost(f"{doing}: the session has ended", remedy="Run again")
        call = _Call(self._session, self._handler, timeout=seconds)
        try:
            reply = call.request(etree.fromstring(operation.encode()))
        except TimeoutExpiredError:
            raise ConnectionLost(
                f"no answer to {doing} within {seconds:g} s",
                cause=self._session.frames.where,
                remedy="Raise command_timeout if the device is slow, and run again",
            ) from None
        except Exception as exc:
            raise _lost(f"the session ended in the middle of {doing}", exc) from None
        return bytes(reply.xml)

    def _told(self, error: DeviceError) -> DeviceError:
        error.host = error.host or self.host
        error.cause, error.what = (self._settings.hide(text) for text in (error.cause, error.what))
        return error


class _Session(SSHSession):
    """ncclient's session (a thread that reads) on a channel of our own connection."""

    def __init__(self, handler: Any, settings: LoginSettings, most: int) -> None:
        super().__init__(handler)
        self.logger = logging.getLogger(SILENT)
        self.frames = Frames(most)
        self.parser = self
        self._settings = settings
        self._connection: Connection | None = None

    def open(self) -> None:
        end, seconds = self._settings.device, self._settings.auth_timeout
        self._host = end.host
        self._connection = Connection(self._settings, if_refused=_SERVICE)
        self._transport = self._connection.client.get_transport()
        with _limited(seconds, self._connection.close) as expired:
            try:
                self._channel = self._connection.open_channel()
                self._channel.invoke_subsystem("netconf")
            except (DeviceError, SSHException, EOFError, OSError) as exc:
                cause = f"no answer within {seconds:g} s" if expired() else _first_line(exc)
                raise LoginError(
                    f"{end.host} port {end.port} serves no NETCONF", cause=cause, remedy=_SERVICE
                ) from None
        self._connected = True
        try:
            self._post_connect(seconds)
        except Exception as exc:
            silent = "timed out" in str(exc)
            raise LoginError(
                f"{end.host} port {end.port} did not say hello",
                cause=f"nothing within {seconds:g} s" if silent else _lost("", exc).cause,
                remedy=f"{_SERVICE} Are all of its sessions taken (show netconf-yang sessions)?",
            ) from None
        if not _BASES & {uri.strip() for uri in self.server_capabilities}:
            raise LoginError(f"{end.host} port {end.port} speaks no version of NETCONF that we know", remedy=_SERVICE)

    # --- what ncclient calls ---

    def send(self, message: str) -> None:
        """From the caller's thread: ncclient's own looks into its queue ten times a second only."""
        data = message.encode()
        if self._base == NetconfBase.BASE_11:
            self._channel.sendall(b"\n#%d\n%s\n##\n" % (len(data), data))
        else:
            self._channel.sendall(data + b"]]>]]>")

    def parse(self, data: bytes) -> None:
        """As the parser of this session."""
        for message in self.frames.feed(data, chunked=self._base == NetconfBase.BASE_11):
            self._dispatch_message(message.strip())

    def close(self) -> None:
        self._closing.set()
        self._connected = False
        if self._connection is not None:
            self._connection.close()
        if self.is_alive() and self is not threading.current_thread():
            self.join(5)

    def _transport_read(self) -> bytes:
        return bytes(self._channel.recv(_READ))

    def _dispatch_message(self, raw: bytes) -> None:
        """An answer stays as octets, which ncclient does not look into; it reads a hello as text."""
        if not raw:
            return
        root = _root(raw)
        message: Any = raw if root[0].endswith("}rpc-reply") else raw.decode()
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.callback(root, message)


class _Reply(RPCReply):
    """An answer that nobody reads here: what it says is the domain's affair, and it may be large."""

    def parse(self) -> None:
        self._parsed = True


class _Call(RPC):
    REPLY_CLS = _Reply

    def request(self, operation: Any) -> Any:
        return self._request(operation)


def _root(raw: bytes) -> tuple[str, dict[str, str]]:
    """Tag and attributes of the root element, without reading the whole message."""
    parser = etree.XMLPullParser(events=("start",))
    with contextlib.suppress(etree.XMLSyntaxError):  # what is wrong further on is for the reader of the whole
        parser.feed(raw[:_HEAD])
    root = next((element for _event, element in parser.read_events()), None)
    if root is None or etree.QName(root).localname not in _MESSAGES:
        raise FramingError("what came is no message of NETCONF")
    return str(root.tag), {str(name): str(value) for name, value in root.attrib.items()}


@contextlib.contextmanager
def _limited(seconds: float, give_up: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """``give_up`` after so many seconds, which paramiko does not know here. Yields whether that has happened."""
    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: not timer.is_alive()
    finally:
        timer.cancel()


def _lost(what: str, exc: Exception) -> ConnectionLost:
    """Of ncclient's errors nothing is quoted but what is known to hold no message: some quote what was sent."""
    remedy = _AGAIN
    if isinstance(exc, FramingError):
        cause = str(exc)
    elif isinstance(exc, OperationError) and "message-id" in str(exc):
        known = "Unknown" in str(exc)
        cause = f"it answered {'with a message-id that nobody asked with' if known else 'without a message-id'}"
        remedy = _SERVICE
    elif isinstance(exc, TimeoutError):
        cause = "the device takes no more data"
    else:
        cause = "the device closed it"
    return ConnectionLost(what, cause=cause, remedy=remedy)


def _first_line(exc: Exception) -> str:
    return (str(exc) or type(exc).__name__).splitlines()[0]
