"""Keys and certificates of one cluster."""

import base64
import ssl
from pathlib import Path
from typing import Any

import trustme
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ADMINS = "system:masters"
"""The group that RBAC lets do everything."""


class Pki:
    """An authority, a server certificate, an admin's client certificate and the key that signs service account tokens."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        server = authority.issue_cert("127.0.0.1", "localhost")
        # Go refuses a certificate whose list of alternative names is empty, so the admin has one.
        admin = authority.issue_cert("admin.test", common_name="admin", organization_name=ADMINS)
        self.ca, self.server_cert, self.server_key = folder / "ca.crt", folder / "server.crt", folder / "server.key"
        self.admin_pem, self.accounts_key, self.accounts_pub = (
            folder / "admin.pem",
            folder / "sa.key",
            folder / "sa.pub",
        )
        authority.cert_pem.write_to_path(self.ca)
        server.cert_chain_pems[0].write_to_path(self.server_cert)
        server.private_key_pem.write_to_path(self.server_key)
        admin.private_key_and_cert_chain_pem.write_to_path(self.admin_pem)
        self._write_accounts_key()
        self._admin = {
            "client-certificate-data": _encoded(admin.cert_chain_pems[0].bytes()),
            "client-key-data": _encoded(admin.private_key_pem.bytes()),
        }

    def _write_accounts_key(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = serialization.Encoding.PEM
        bare = serialization.NoEncryption()
        self.accounts_key.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, bare))
        public = serialization.PublicFormat.SubjectPublicKeyInfo
        self.accounts_pub.write_bytes(key.public_key().public_bytes(pem, public))

    def kubeconfig(self, path: Path, url: str, token: str | None = None, namespace: str = "default") -> Path:
        """Write a kubeconfig that needs no other file: of the token's owner, or of the admin."""
        user: dict[str, Any] = {"token": token} if token else self._admin
        cluster = {"server": url, "certificate-authority-data": _encoded(self.ca.read_bytes())}
        whole = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "test", "user": user}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test", "namespace": namespace}}],
            "current-context": "test",
        }
        path.write_text(yaml.safe_dump(whole))
        path.chmod(0o600)
        return path

    def tls(self, *, as_admin: bool) -> ssl.SSLContext:
        """What a client of ours needs to trust the server, and to be trusted as the admin."""
        context = ssl.create_default_context(cafile=str(self.ca))
        if as_admin:
            context.load_cert_chain(self.admin_pem)
        return context


def _encoded(pem: bytes) -> str:
    return base64.b64encode(pem).decode()
