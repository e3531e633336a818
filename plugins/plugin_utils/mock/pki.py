# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of one mock world: a root CA, one signing key for all its devices, one for its CSSM, one TLS certificate.

How Cisco signs reports, policies and trust codes is not public. Everything here is our own: ECDSA P-256 over SHA-256,
DER, base64, and every certificate says that it is a simulator's (formats.md 8).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import ssl
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID
except ImportError:  # __main__ names the requirements file
    pass

ROOT_NAME = "SLP Simulator Root CA (not Cisco)"
_LIFETIME = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Pki:
    """All keys of one world. ``ca_pem`` is what a client has to trust; ``device_key_id`` names the devices' key."""

    ca_pem: str
    device_key_id: str
    _root_key: ec.EllipticCurvePrivateKey
    _root: x509.Certificate
    _device_key: ec.EllipticCurvePrivateKey
    _cssm_key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls) -> Pki:
        """Make new keys (a few milliseconds)."""
        root_key, device_key, cssm_key = (ec.generate_private_key(ec.SECP256R1()) for _unused in range(3))
        root = _certificate(ROOT_NAME, root_key.public_key(), ROOT_NAME, root_key, ca=True)
        spki = device_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(
            ca_pem=root.public_bytes(serialization.Encoding.PEM).decode(),
            device_key_id=f"sim-{hashlib.sha256(spki).hexdigest()[:16]}",
            _root_key=root_key,
            _root=root,
            _device_key=device_key,
            _cssm_key=cssm_key,
        )

    def server_context(self, names: Iterable[str] = ("localhost", "127.0.0.1"), *, flaw: str = "") -> ssl.SSLContext:
        """Return a TLS server context with a certificate for the host names and addresses ``names``.

        ``flaw``: what is wrong with it: it is for another ``name``, or ``expired``, or of an unknown ``authority``.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(
            "SLP Simulator",
            key.public_key(),
            ROOT_NAME,
            ec.generate_private_key(ec.SECP256R1()) if flaw == "authority" else self._root_key,
            names=("elsewhere.example.net",) if flaw == "name" else names,
            expired=flaw == "expired",
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # The ssl module reads a key from a file only.
        with tempfile.NamedTemporaryFile(prefix="slp-sim-", suffix=".pem") as file:
            file.write(pem)
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def device_sign(self, payload: bytes) -> tuple[str, str]:
        """Sign a report's payload as a device does: (key id, signature in base64)."""
        return self.device_key_id, _sign(self._device_key, payload)

    def device_verify(self, payload: bytes, key_id: str, value: str) -> bool:
        """Whether ``value`` is the signature of this world's device key ``key_id`` over exactly these octets."""
        return key_id == self.device_key_id and _verified(self._device_key.public_key(), payload, value)

    def cssm_sign(self, data: bytes) -> str:
        """Sign as CSSM does, over the exact octets of the signed element with its tags; base64."""
        return _sign(self._cssm_key, data)

    def cssm_verify(self, data: bytes, value: str) -> bool:
        """Whether ``value`` is the signature of this world's CSSM over exactly these octets."""
        return _verified(self._cssm_key.public_key(), data, value)

    def trust_code(self, udi: str) -> str:
        """Return a trust code for ``PID:x,SN:y``: a certificate of this world's root in base64 (form UNVERIFIED)."""
        certificate = _certificate(udi, self._device_key.public_key(), ROOT_NAME, self._root_key)
        return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()

    def trust_valid(self, udi: str, code: str) -> bool:
        """Whether ``code`` is a trust code which this world's root issued for ``udi``."""
        try:
            certificate = x509.load_der_x509_certificate(base64.b64decode(code, validate=True))
            certificate.verify_directly_issued_by(self._root)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return [name.value for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [udi]


def _sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> str:
    return base64.b64encode(key.sign(data, ec.ECDSA(hashes.SHA256()))).decode()


def _verified(key: ec.EllipticCurvePublicKey, data: bytes, value: str) -> bool:
    try:
        key.verify(base64.b64decode(value, validate=True), data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _certificate(
    subject: str,
    public_key: ec.EllipticCurvePublicKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    names: Iterable[str] = (),
    ca: bool = False,
    expired: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    authority = x509.SubjectKeyIdentifier.from_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now - timedelta(hours=1) if expired else now + _LIFETIME)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        # Python 3.13 checks chains strictly: key usage and key identifiers have to be there.
        .add_extension(_key_usage(ca), critical=True)
    )
    if not ca:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority)
        builder = builder.add_extension(identifier, critical=False)
    alternatives = [_alternative(name) for name in names]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _key_usage(ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
