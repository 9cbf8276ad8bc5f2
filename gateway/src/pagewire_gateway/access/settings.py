"""What can be set of who may reach the admin port."""

from pathlib import Path

from msgspec import Struct


class OidcSettings(Struct, frozen=True, kw_only=True):
    """An identity provider that people log in with.

    Attributes:
        issuer: its address, as it names itself; empty for none.
        client_id: of this console, as registered there.
        client_secret: of a confidential client; empty for a public one, which PKCE alone protects.
        scopes: asked for, with spaces between them.
        name_claim: of the ID token, which names people in the audit log; ``sub`` where it is missing.
        roles_claim: of the ID token, which holds groups or roles; dots lead inwards, as in ``realm_access.roles``.
        viewers: values of that claim which make a viewer.
        operators: which make an operator.
        admins: which make an admin.
        label: what the log-in page calls the provider.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    scopes: str = "openid profile email"
    name_claim: str = "email"
    roles_claim: str = "groups"
    viewers: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()
    label: str = "your organisation"


class AccessSettings(Struct, frozen=True, kw_only=True):
    """How people and programs show who they are.

    Attributes:
        tokens: file of bearer tokens with roles.
        kubernetes: let the cluster's API server judge bearer tokens.
        kubernetes_namespace: where it has to let them; empty asks for the whole cluster.
        url: address under which people open the console, as in ``https://pagewire.example.com``; empty for a loopback address.
        key: what sessions are sealed with; processes that share people share it. Empty makes one in the data folder.
        idle: seconds without a request after which a session ends.
        session: seconds after which it ends in any case.
        recheck: seconds after which the identity provider has to say again who somebody is.
        rate: requests a second of one caller, sustained; 0 for any number.
        oidc: an identity provider.
    """

    tokens: Path | None = None
    kubernetes: bool = False
    kubernetes_namespace: str = ""
    url: str = ""
    key: str = ""
    idle: float = 1800.0
    session: float = 8 * 3600.0
    recheck: float = 900.0
    rate: float = 50.0
    oidc: OidcSettings = OidcSettings()

    @property
    def asks(self) -> bool:
        """Whether anything here tells who somebody is."""
        return self.tokens is not None or self.kubernetes or bool(self.oidc.issuer)
