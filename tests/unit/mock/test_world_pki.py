# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a mock world, and that nobody else's pass for them."""

from __future__ import annotations

import asyncio
import ssl

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import ROOT_NAME, Pki
from cryptography import x509

UDI = "PID:C9800-CL-K9,SN:9SIM0000001"
PKI = Pki.create()
OTHER = Pki.create()


def test_root_says_that_it_is_not_ciscos() -> None:
    root = x509.load_pem_x509_certificate(PKI.ca_pem.encode())
    assert root.subject.rfc4514_string() == f"CN={ROOT_NAME}"
    assert "not Cisco" in ROOT_NAME


def test_device_signature_covers_every_octet() -> None:
    key_id, value = PKI.device_sign(b'{"version":"2.0"}')
    assert PKI.device_verify(b'{"version":"2.0"}', key_id, value)
    assert not PKI.device_verify(b'{"version": "2.0"}', key_id, value)


@pytest.mark.parametrize("value", ["", "AAAA", "not base64!", "é"])
def test_nonsense_is_no_signature(value: str) -> None:
    assert not PKI.device_verify(b"x", PKI.device_key_id, value)
    assert not PKI.cssm_verify(b"x", value)


def test_another_worlds_signatures_are_foreign() -> None:
    key_id, value = OTHER.device_sign(b"x")
    assert not PKI.device_verify(b"x", key_id, value)
    assert not PKI.device_verify(b"x", PKI.device_key_id, value)
    assert PKI.cssm_verify(b"x", PKI.cssm_sign(b"x"))
    assert not PKI.cssm_verify(b"x", OTHER.cssm_sign(b"x"))
    assert not PKI.cssm_verify(b"x", PKI.device_sign(b"x")[1]), "CSSM and devices have keys of their own"


def test_trust_code_belongs_to_one_udi_and_one_world() -> None:
    code = PKI.trust_code(UDI)
    assert PKI.trust_valid(UDI, code)
    assert not PKI.trust_valid("PID:C9800-CL-K9,SN:9SIM0000002", code)
    assert not OTHER.trust_valid(UDI, code)
    assert not PKI.trust_valid(UDI, "nonsense")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize(("pki", "trusted"), [(PKI, True), (OTHER, False)])
def test_tls_server(name: str, pki: Pki, trusted: bool) -> None:
    async def talk() -> None:
        server = await asyncio.start_server(
            lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=PKI.server_context()
        )
        port = server.sockets[0].getsockname()[1]
        client = ssl.create_default_context(cadata=pki.ca_pem)
        client.verify_flags |= ssl.VERIFY_X509_STRICT  # Python 3.13's default
        try:
            _unused, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=name)
            writer.close()
        finally:
            server.close()

    if trusted:
        asyncio.run(talk())
    else:
        with pytest.raises(ssl.SSLCertVerificationError):
            asyncio.run(talk())
