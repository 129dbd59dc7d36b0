"""Webhooks over HTTPS: the address that was checked is called, and its certificate must be the name's."""

import asyncio
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desk import clock
from desk.api.webhooks import guard, sending
from desk.api.webhooks.deliveries import Job
from tests.support.receiver import Receiver, receiving

NAME = "hook.test"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for NAME, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver over TLS on this machine; every name leads to it."""
    monkeypatch.setattr(guard, "resolved", lambda url, private: "127.0.0.1")
    with receiving() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server


@pytest.mark.parametrize(("name", "error"), [(NAME, ""), ("other.test", "connect")])
def test_the_certificate_must_be_the_names(
    receiver: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: str
) -> None:
    port = receiver.server_address[1]
    job = Job(1, "wh_x", "evt_x", f"https://{name}:{port}/hook?a=b", "{}", 1, "whsec_x")

    monkeypatch.setattr(sending, "_trust", lambda: ssl.create_default_context(cafile=str(certificate)))

    async def send() -> str:
        async with sending.new_client() as client:
            first = Job(1, "wh_x", "evt_x", f"https://{NAME}:{port}/first", "{}", 1, "whsec_x")
            assert (await sending.send(client, first, private=False)).delivered
            return (await sending.send(client, job, private=False)).error

    assert asyncio.run(send()) == error
    got = [(each.path, each.headers["Host"]) for each in receiver.got[1:]]
    assert got == ([] if error else [("/hook?a=b", f"{NAME}:{port}")])
