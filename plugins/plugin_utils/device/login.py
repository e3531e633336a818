# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From settings to an authenticated SSH connection, and from every way that can fail to one clear error."""

from __future__ import annotations

import contextlib
import logging
import socket
from pathlib import Path
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ConnectionLost, LoginError, SlpError

from . import hostkeys
from .settings import Endpoint, HostKeyPolicy, LoginSettings

try:
    import paramiko
    from paramiko.ssh_exception import IncompatiblePeer
except ImportError:
    HAS_PARAMIKO = False
else:
    HAS_PARAMIKO = True

SILENT = "c9800.slp"
"""The logger for what libraries of a session have to tell."""
_LIBRARIES = (SILENT, "ncclient", "netmiko", "paramiko")
_NOWHERE = logging.NullHandler()  # without a handler Python would print to stderr

_CREDENTIALS = "Check ansible_user, ansible_password and ansible_private_key_file"
_SSH_REMEDY = "Is SSH enabled there (ip ssh version 2, crypto key)?"
_NO_SERVER = "Is it an SSH server, and are lines (vty) free?"
_SHA1_REMEDY = (
    "On the device: ip ssh server algorithm hostkey rsa-sha2-512 rsa-sha2-256, ip ssh server algorithm kex "
    "ecdh-sha2-nistp256 diffie-hellman-group14-sha256 (17.x has them); or on the control node install "
    "'paramiko>=4,<5', the last one that speaks SHA-1"
)


def _keep_libraries_silent() -> None:
    """What they have to tell is raised anyway, and their first record might never return.

    Ansible forks its workers while a thread of its own writes the log file (``ANSIBLE_LOG_PATH``). A worker inherits
    the lock of that file's buffer as it is then, and nobody is left to release it.
    """
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.addHandler(_NOWHERE)
        logger.propagate = False


class Connection:
    """An authenticated SSH connection to the device, by way of the jump host where there is one.

    ``if_refused``: the next step where nothing listens on the device's port, or no SSH server.
    """

    def __init__(self, settings: LoginSettings, *, if_refused: str = _SSH_REMEDY) -> None:
        if not HAS_PARAMIKO:
            raise LoginError("the Python library paramiko is missing", remedy="Install it: pip install netmiko")
        _keep_libraries_silent()
        self._settings = settings
        self._if_refused = if_refused
        self._sockets: list[Any] = []
        self._clients: list[paramiko.SSHClient] = []
        try:
            self.client = self._connect()
        except BaseException:
            self.close()
            raise

    def open_channel(self) -> paramiko.Channel:
        """A further channel beside the terminal; ``ConnectionLost`` when the device refuses one."""
        transport = self.client.get_transport()
        try:
            if transport is None:
                raise EOFError
            channel = transport.open_session(timeout=self._settings.connect_timeout)
        except (paramiko.SSHException, EOFError, OSError) as exc:
            raise ConnectionLost("the device refuses a further channel", cause=str(exc)) from exc
        channel.settimeout(self._settings.command_timeout)
        return channel

    def close(self) -> None:
        """Close without waiting for paramiko's reader thread to look up: the end of the stream wakes it."""
        for sock in reversed(self._sockets):
            with contextlib.suppress(Exception):
                sock.shutdown(socket.SHUT_RDWR)
        for client in reversed(self._clients):
            with contextlib.suppress(Exception):
                client.close()
        for sock in reversed(self._sockets):
            with contextlib.suppress(Exception):
                sock.close()
        self._sockets.clear()
        self._clients.clear()

    def _connect(self) -> paramiko.SSHClient:
        settings = self._settings
        if settings.jump is None:
            return self._login(settings.device, self._tcp(settings.device), "")
        jump = self._login(settings.jump, self._tcp(settings.jump), f"jump host {settings.jump.host}")
        return self._login(settings.device, self._through(jump, settings.jump.host), "")

    def _tcp(self, end: Endpoint) -> socket.socket:
        where = f"{end.host} port {end.port}"
        try:
            sock = socket.create_connection((end.host, end.port), self._settings.connect_timeout)
        except socket.gaierror as exc:
            raise LoginError(
                f"the name {end.host} does not resolve",
                cause=exc.strerror or str(exc),
                remedy="Correct the name, or give an address",
            ) from exc
        except ConnectionRefusedError as exc:
            remedy = self._if_refused if end is self._settings.device else _SSH_REMEDY
            raise LoginError(f"{where} refuses the connection", remedy=remedy) from exc
        except OSError as exc:
            raise LoginError(
                f"{where} is not reachable",
                cause=exc.strerror or str(exc),
                remedy=f"Check address, route and firewall; waited up to {self._settings.connect_timeout:g} s",
            ) from exc
        # Without it each login waits for a delayed ACK, 40 to 90 ms
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sockets.append(sock)
        return sock

    def _through(self, jump: paramiko.SSHClient, jump_host: str) -> paramiko.Channel:
        end = self._settings.device
        transport = jump.get_transport()
        try:
            if transport is None:
                raise EOFError
            channel = transport.open_channel(
                "direct-tcpip", (end.host, end.port), ("127.0.0.1", 0), timeout=self._settings.connect_timeout
            )
        except (paramiko.SSHException, EOFError, OSError) as exc:
            raise LoginError(
                f"the jump host {jump_host} does not connect to {end.host} port {end.port}",
                cause=str(exc),
                remedy="Is the device up, and does the jump host allow TCP forwarding to it?",
            ) from exc
        self._sockets.append(channel)
        return channel

    def _login(self, end: Endpoint, sock: Any, subject: str) -> paramiko.SSHClient:
        """Key exchange, host key, authentication. ``subject`` names the jump host in errors."""
        settings = self._settings
        if not end.user:
            raise LoginError("no user to log in with is given", subject=subject, remedy=_CREDENTIALS)
        name = hostkeys.host_id(end.host, end.port)
        path = Path(settings.known_hosts_file).expanduser()
        client = paramiko.SSHClient()
        self._clients.append(client)
        client.set_log_channel(SILENT)
        client.set_missing_host_key_policy(_Recorded(path, settings.host_key_policy))  # type: ignore[arg-type]
        factory = _TransportFactory(hostkeys.known_keys(path, name) if settings.host_key_policy != "ignore" else [])
        try:
            client.connect(
                end.host,
                port=end.port,
                username=end.user,
                password=end.password,
                pkey=_private_key(end),
                timeout=settings.connect_timeout,
                banner_timeout=settings.auth_timeout,
                auth_timeout=settings.auth_timeout,
                channel_timeout=settings.auth_timeout,
                allow_agent=False,
                look_for_keys=False,
                sock=sock,
                transport_factory=factory,
            )
        except SlpError as exc:
            exc.subject = exc.subject or subject
            raise
        except Exception as exc:
            error = _explain(exc, end, factory)
            error.subject = subject
            if error.remedy == _NO_SERVER and end is settings.device and self._if_refused != _SSH_REMEDY:
                error.remedy = self._if_refused
            raise error from exc
        transport = client.get_transport()
        if settings.keepalive and transport is not None:
            transport.set_keepalive(settings.keepalive)
        return client


def _explain(exc: Exception, end: Endpoint, factory: _TransportFactory) -> LoginError:
    cause = str(exc) or type(exc).__name__
    if isinstance(exc, IncompatiblePeer):
        remedy = _SHA1_REMEDY if factory.offers_only_sha1() else f"It offers {factory.offers()}. {_SHA1_REMEDY}"
        what = "no SSH algorithm in common"
        if factory.offers_only_sha1():
            what += f": the device offers only SHA-1 ({factory.offers()}), which paramiko {paramiko.__version__} lacks"
        return LoginError(what, cause=cause, remedy=remedy)
    if "No authentication methods" in cause:
        return LoginError("neither a password nor a key was given", remedy=_CREDENTIALS)
    # Where the server asks for the password as a question, paramiko answers it and tells a refusal as "bad type" too
    asked = {"password", "keyboard-interactive"} if end.password else {"publickey"} if end.key_file else set()
    if isinstance(exc, paramiko.BadAuthenticationType) and not asked & set(exc.allowed_types):
        return LoginError(
            f"login as {end.user!r} is not possible with what is configured",
            remedy=f"The server takes {', '.join(exc.allowed_types)}. {_CREDENTIALS}",
        )
    if isinstance(exc, paramiko.AuthenticationException):
        if "timeout" in cause.lower():
            return LoginError(f"no answer to the login as {end.user!r}", cause=cause, remedy="Raise auth_timeout")
        return LoginError(f"user {end.user!r} or the password (key) is refused", remedy=_CREDENTIALS)
    return LoginError(
        f"no SSH session with {end.host} port {end.port}",
        cause=cause,
        remedy=_NO_SERVER,
    )


def _private_key(end: Endpoint) -> paramiko.PKey | None:
    if not end.key_file:
        return None
    path = str(Path(end.key_file).expanduser())
    causes = []
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key_file(path, password=end.key_passphrase)
        except Exception as exc:  # cryptography and paramiko have many for another type, a bad format or passphrase
            causes.append(exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc))
    raise LoginError(
        f"the private key {end.key_file} cannot be used",
        cause=" / ".join(dict.fromkeys(causes)),
        remedy="Check the file, its format (Ed25519, ECDSA or RSA) and its passphrase",
    )


class _Recorded:
    """Checks every host key: the client itself knows none, so that one rule holds for all (``hostkeys``)."""

    def __init__(self, path: Path, policy: HostKeyPolicy) -> None:
        self._path = path
        self._policy = policy

    def missing_host_key(self, _client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        hostkeys.check(self._path, hostname, key.get_name(), key.asbytes(), self._policy)


class _TransportFactory:
    """Makes transports that ask first for the key types on record, and remember what the server offered."""

    def __init__(self, known: list[hostkeys.KnownKey]) -> None:
        self._kinds = {kind for key in known if not key.revoked for kind in _signatures(key.kind)}
        self._transport: Any = None

    def __call__(self, sock: Any, **kwargs: Any) -> paramiko.Transport:
        self._transport = transport = _transport_class()(sock, **kwargs)
        options = transport.get_security_options()
        recorded = [kind for kind in options.key_types if kind in self._kinds]
        if recorded:
            options.key_types = recorded + [kind for kind in options.key_types if kind not in recorded]
        return transport

    def _lists(self) -> tuple[list[str], list[str]]:
        offered = getattr(self._transport, "offered", {})
        return offered.get("kex_algo_list", []), offered.get("server_key_algo_list", [])

    def offers(self) -> str:
        kex, keys = self._lists()
        real = [name for name in kex if not name.startswith(("ext-info", "kex-strict"))]
        return f"key exchange {', '.join(real) or '?'}; host key {', '.join(keys) or '?'}"

    def offers_only_sha1(self) -> bool:
        kex, keys = self._lists()
        return bool(keys) and (all(k in ("ssh-rsa", "ssh-dss") for k in keys) or all(_is_sha1_kex(k) for k in kex))


def _is_sha1_kex(name: str) -> bool:
    return name.endswith("-sha1") or name.startswith(("ext-info", "kex-strict"))


def _signatures(kind: str) -> tuple[str, ...]:
    return ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa") if kind == "ssh-rsa" else (kind,)


def _transport_class() -> type[paramiko.Transport]:
    class Transport(paramiko.Transport):
        """Keeps the server's offer, which paramiko's error leaves out."""

        offered: dict[str, Any] = {}

        def _really_parse_kex_init(self, *args: Any, **kwargs: Any) -> Any:
            parsed = super()._really_parse_kex_init(*args, **kwargs)  # type: ignore[misc]
            self.offered = self.offered or parsed
            return parsed

    return Transport
