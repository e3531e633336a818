# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client talks to in these tests: a CSSM with both API profiles, and an HTTP proxy, on loopback sockets.

Replies have the shape of the public samples (formats.md 4.2). Requests are recorded and, where ``../shared`` is there,
checked against the schemas of the reconstructed OpenAPI document.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import functools
import ipaddress
import json
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jsonschema
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.unit.portal.token_shelf import Shelf

OPENAPI = (
    Path(__file__).resolve().parents[4]
    / "shared/samples/api/cssm-software-apis-1.0.2.licensing-subset.reconstructed.openapi.json"
)
SECRET = "canary+client/secret"  # characters that a form encodes
PASSWORD = "canary pass&word"
TOKEN = "canary-token"
SWAPI = "/swapi"
SOFTWARE_APIS = "/apx"
FIRST_POLL_ID = 773126444402795033  # above 2**53


@dataclass
class Canned:
    """A reply from a script. ``after``: "hang" sends nothing, "cut" ends in the middle of the body."""

    status: int = 200
    body: str | bytes | dict[str, Any] | list[Any] = b""
    headers: dict[str, str] = field(default_factory=dict)
    after: str = ""


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


class Cssm:
    """Accepts each report once, answers a ticket after ``rounds`` polls; ``script`` holds replies that come first."""

    def __init__(self) -> None:
        self.accounts = {
            "wework.example": ("WeWork Inc", 11, {"Default": 21}),
            "work.example": ("Work Inc", 12, {"Default": 22, "Wireless Lab": 23}),
        }
        self.script: dict[str, list[Canned]] = {}
        self.seen: list[Seen] = []
        self.violations: list[str] = []
        self.accepted: dict[tuple[str, int], int] = {}
        self.refused: Callable[[str, int], str] = lambda serial, report_id: ""
        self.tickets: dict[int, list[tuple[str, str, list[int]]]] = {}
        self.shelf = Shelf()
        self.rounds = 0
        self.interval: int | str = 1
        self.result_key = "acknowledgements"
        self.ack: Callable[[str, str, list[int]], bytes | None] = ack_document
        self.url = ""
        self.release = threading.Event()

    # -- requests ------------------------------------------------------------------------------------------------

    def calls(self, ending: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path.endswith(ending)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        form = request.content_type == "application/x-www-form-urlencoded"
        body = parse_qs(raw.decode()) if form else (json.loads(raw) if raw else None)
        self.seen.append(
            Seen(request.method, request.path, parse_qs(request.query_string), dict(request.headers), body)
        )
        waiting = self.script.get(request.path) or self.script.get(request.path.rpartition("/")[2])
        if waiting:
            return await self._canned(request, waiting.pop(0))
        return self._answer(request, body)

    async def _canned(self, request: web.Request, canned: Canned) -> web.StreamResponse:
        if canned.after == "hang":
            await asyncio.to_thread(self.release.wait, 30)
        body = json.dumps(canned.body) if isinstance(canned.body, (dict, list)) else canned.body
        octets = body.encode() if isinstance(body, str) else body
        if canned.after in ("cut", "drip"):
            response = web.StreamResponse(status=canned.status, headers={"Content-Length": str(len(octets) + 100)})
            await response.prepare(request)
            await response.write(octets)
            while canned.after == "drip" and not self.release.is_set():
                await response.write(b" ")
                await asyncio.sleep(0.05)
            if request.transport:
                request.transport.close()
            return response
        return web.Response(status=canned.status, headers=canned.headers, body=octets)

    def _answer(self, request: web.Request, body: Any) -> web.Response:
        if request.path == "/token":
            return self._token(body)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({}, status=401)
        for base, routes in ((SWAPI, self._swapi), (SOFTWARE_APIS, self._software_apis)):
            if request.path.startswith(base + "/"):
                return routes(request.path.removeprefix(base), request, body)
        return web.json_response({}, status=404)

    def _token(self, form: dict[str, list[str]]) -> web.Response:
        if form.get("client_secret") != [SECRET]:
            return web.json_response({"error": "invalid_client"}, status=401)
        if form["grant_type"] == ["password"] and form.get("password") != [PASSWORD]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3599})

    def _id_tokens(self, path: str, request: web.Request, body: Any, *, new: bool) -> web.Response | None:
        asked = self.shelf.operation(request.method, path)
        if asked is None:
            return None
        operation, account = asked
        template = "/licensing/v1/account/{smartAccountDomain}/virtual-account/{virtualAccountName}/token/"
        if operation != "list":
            self._check(template + operation, request, body, path_only=True)
        return web.json_response(self.shelf.answer(operation, account, body, new=new))

    def _swapi(self, path: str, request: web.Request, body: Any) -> web.Response:
        if (answer := self._id_tokens(path, request, body, new=False)) is not None:
            return answer
        match path:
            case "/v2/accounts/search":
                return web.json_response({"message_code": "", "message": "", "status": "COMPLETE"} | self._search())
            case "/v2/devices/reportusage":
                self._check("/licensing/v2/report-usage", request, body)
                return self._submit(body["data"])
            case "/v2/accounts/poll":
                self._check("/licensing/v2/poll", request, body)
                return self._poll(body["data"])
        return web.json_response({}, status=404)

    def _software_apis(self, path: str, request: web.Request, body: Any) -> web.Response:
        if path == "/pnp/v2/accounts":
            wanted = request.query.get("accountDomain", "")
            rows = [
                {"domainIdentifier": domain, "companyName": name, "accountIdentifier": number}
                for domain, (name, number, _unused) in self.accounts.items()
                if wanted.lower() in domain
            ]
            return self._page(request, rows)
        if path.endswith("/virtual-accounts"):
            virtual = self.accounts[path.split("/")[4]][2]
            rows = [{"virtualAccountName": name, "virtualAccountId": number} for name, number in virtual.items()]
            return self._page(request, rows)
        if (answer := self._id_tokens(path, request, body, new=True)) is not None:
            return answer
        self._check(path, request, body)
        match path:
            case "/licensing/v2/report-usage" | "/licensing/v2/report-usage-legacy":
                return self._submit(body["data"])
            case "/licensing/v2/poll":
                return self._poll(body["data"])
        return web.json_response({}, status=404)

    def _search(self) -> dict[str, Any]:
        return {
            "accounts": [
                {
                    "account_id": str(number),
                    "domain": domain,
                    "name": name,
                    "virtual_accounts": [
                        {"default": False, "name": label, "virtual_account_id": str(va)}
                        for label, va in virtual.items()
                    ],
                }
                for domain, (name, number, virtual) in self.accounts.items()
            ]
        }

    def _page(self, request: web.Request, rows: list[dict[str, Any]]) -> web.Response:
        first, count = int(request.query["startIdx"]), int(request.query["rowsPerPage"])
        return web.json_response({"totalRows": len(rows), "data": rows[first : first + min(count, 100)]})

    # -- reports -------------------------------------------------------------------------------------------------

    def _submit(self, data: dict[str, Any]) -> web.Response:
        wanted = [_ids(entry) for entry in data["reports"]]
        flat = [(serial, number) for _unused, serial, numbers in wanted for number in numbers]
        message = next(filter(None, (self.refused(serial, number) for serial, number in flat)), "")
        if any(report in self.accepted for report in flat):
            message = "Duplicate report"
        if message:
            return web.json_response({"status": "FAILED", "message": message, "nonce": data["nonce"]})
        poll_id = FIRST_POLL_ID + len(self.tickets)
        self.accepted.update(dict.fromkeys(flat, poll_id))
        self.tickets[poll_id] = wanted
        reply = {"status": "OK_POLL", "message_code": None, "message": None, "type": None, "timestamp": 1644340472292}
        reply |= {"nonce": data["nonce"], "poll_id": poll_id, "poll_interval": self.interval}
        return web.json_response(reply | {"action": "acknowledgements"}, status=202)

    def _poll(self, data: dict[str, Any]) -> web.Response:
        reply = {"message_code": "", "message": "", "nonce": data["nonce"], "timestamp": 1644340472292}
        if data["poll_id"] not in self.tickets:
            return web.json_response(reply | {"status": "FAILED", "message_code": "INVALID_POLL_ID"}, status=400)
        if self.rounds > 0:
            self.rounds -= 1
            return web.json_response(reply | {"status": "OK_POLL", "poll_interval": self.interval})
        entries = []
        for pid, serial, numbers in self.tickets[data["poll_id"]]:
            # Every report that it has of the product instance, from calls whose answer never arrived as well.
            held = {number for owner, number in self.accepted if owner == serial}
            document = self.ack(pid, serial, sorted({*numbers, *held}))
            entry = {"sudi": {"udi_pid": pid, "udi_serial_number": serial}, "software_tag_identifier": pid}
            if document is None:
                entry |= {"smart_license": None, "error_code": "CSSM-ERR-048", "status_message": "no such device"}
            else:
                entry |= {"smart_license": base64.b64encode(document).decode(), "error_code": "None"}
            entries.append(entry)
        return web.json_response(reply | {"status": "COMPLETE", "data": {self.result_key: entries}})

    def _check(self, path: str, request: web.Request, body: Any, *, path_only: bool = False) -> None:
        operation = _openapi()["paths"].get(path, {}).get("post") if OPENAPI.exists() else None
        if not operation:
            return
        wanted = [] if path_only else [p["name"] for p in operation["parameters"] if p["required"]]
        missing = [name for name in wanted if name not in request.headers]
        self.violations += [f"{path}: header {name} is missing" for name in missing]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        validator = jsonschema.Draft202012Validator({**schema, "components": _openapi()["components"]})
        self.violations += [f"{path}: {error.message}" for error in validator.iter_errors(body)]


def ack_document(pid: str, serial: str, report_ids: list[int]) -> bytes:
    """An acknowledgement in the envelope of formats.md 2.1; the members of the array are this suite's own."""
    sudi = {"udi_pid": pid, "udi_serial_number": serial}
    array = json.dumps([{"report_id": number, "sudi": sudi, "status": "ACK"} for number in report_ids])
    return (
        f"<smartLicense><smartLicenseRumAck><data><![CDATA[{array}]]></data><signature>MEUCIQ==</signature>"
        f"</smartLicenseRumAck><correlationID>test</correlationID></smartLicense>"
    ).encode()


def _ids(entry: dict[str, Any]) -> tuple[str, str, list[int]]:
    sudi = entry["sudi"]
    numbers = [report_id(usage["payload"]) for usage in entry.get("usage", ())]
    return sudi["udi_pid"], sudi["udi_serial_number"], numbers


def report_id(payload: str) -> int:
    content = json.loads(payload)
    number = content["asset_identification"].get("report_id") or content["meta"]["report_id"]
    assert isinstance(number, int)
    return number


@functools.cache
def _openapi() -> dict[str, Any]:
    return dict(json.loads(OPENAPI.read_text()))


# -- running them ------------------------------------------------------------------------------------------------


class Pki:
    """A CA of these tests and a certificate for an address."""

    def __init__(self, folder: Path, address: str = "127.0.0.1") -> None:
        self.address = address
        self.ca_path = str(folder / "ca.pem")
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca = self._certificate("c9800.slp tests CA", ca_key, ca_key, "c9800.slp tests CA", None)
        leaf = self._certificate("localhost", key, ca_key, "c9800.slp tests CA", ca)
        Path(self.ca_path).write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        bundle = folder / "server.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        bundle.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(bundle)

    def _certificate(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        signer: ec.EllipticCurvePrivateKey,
        issuer: str,
        ca: x509.Certificate | None,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        names = [x509.IPAddress(ipaddress.ip_address(self.address))]
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
        )
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=ca is None, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    key_cert_sign=ca is None,
                    crl_sign=ca is None,
                    decipher_only=False,
                    **usage,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(signer, hashes.SHA256())
        )


@contextlib.contextmanager
def in_thread(serve: Callable[[], contextlib.AbstractAsyncContextManager[int]]) -> Iterator[int]:
    """Run a server in a thread of its own; yields its port."""
    loop, started, ports = asyncio.new_event_loop(), threading.Event(), list[int]()
    done = asyncio.Event()

    async def main() -> None:
        async with serve() as port:
            ports.append(port)
            started.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()


def serve_cssm(cssm: Cssm, context: ssl.SSLContext) -> Callable[[], contextlib.AbstractAsyncContextManager[int]]:
    @contextlib.asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        application = web.Application(client_max_size=2**28)
        application.router.add_route("*", "/{path:.*}", cssm.handle)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        yield runner.addresses[0][1]
        cssm.release.set()
        await runner.cleanup()

    return serve


class Proxy:
    """An HTTP proxy that only knows CONNECT. ``login``: what it wants as Proxy-Authorization."""

    def __init__(self, login: str = "") -> None:
        self.login = login
        self.asked: list[str] = []
        self.tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
        server.close()
        for task in self.tasks:
            task.cancel()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head)
        if self.login and f"Proxy-Authorization: {self.login}" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            await writer.drain()
            writer.close()
            return
        port = int(head.split()[1].rpartition(":")[2])
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        for coroutine in (self._pipe(reader, far_writer), self._pipe(far_reader, writer)):
            self._start(coroutine)

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    @staticmethod
    async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()
