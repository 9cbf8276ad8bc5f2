"""Who may reach the admin port. Closed by default."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from pagewire_gateway.access.settings import AccessSettings
from pagewire_gateway.access.tokens import SHORTEST_TOKEN
from pagewire_gateway.config import Settings, SettingsError


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only. A name other than ``localhost`` counts as reachable."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_admin_exposure(settings: Settings) -> None:
    """Refuse to open an admin port that strangers could use, or at which nobody could log in.

    Raises:
        SettingsError: it could be reached from other machines and asks nobody who they are, or a setting of it cannot be used.
    """
    token, host = settings.admin_token, settings.admin.host
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise SettingsError(
            f"PAGEWIRE_ADMIN_TOKEN has {len(token)} characters; give it {SHORTEST_TOKEN} or more, "
            "for example from `openssl rand -hex 24`"
        )
    if token is None and not settings.access.asks and not is_loopback(host):
        raise SettingsError(
            f"--admin {host} can be reached from other machines, and the admin port shows and steers everything: "
            "bind it to 127.0.0.1, or set PAGEWIRE_ADMIN_TOKEN, PAGEWIRE_ADMIN_TOKENS, PAGEWIRE_OIDC_ISSUER or "
            "PAGEWIRE_ADMIN_KUBERNETES"
        )
    _check_url(settings.access)
    _check_provider(settings)


def _check_url(access: AccessSettings) -> None:
    if not access.url:
        return
    parts = urlsplit(access.url)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or parts.path.strip("/") or not (local or parts.scheme == "https"):
        raise SettingsError(
            f"PAGEWIRE_CONSOLE_URL is {access.url!r}; write it as in https://pagewire.example.com, without a path"
        )


def _check_provider(settings: Settings) -> None:
    oidc = settings.access.oidc
    if not oidc.issuer:
        return
    parts = urlsplit(oidc.issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise SettingsError(f"PAGEWIRE_OIDC_ISSUER is {oidc.issuer!r}; it has to be an https address")
    if not oidc.client_id:
        raise SettingsError("PAGEWIRE_OIDC_ISSUER needs PAGEWIRE_OIDC_CLIENT_ID, the console's name at the provider")
    if not (oidc.viewers or oidc.operators or oidc.admins):
        raise SettingsError(
            f"nobody could log in: name values of the claim {oidc.roles_claim} in PAGEWIRE_OIDC_VIEWERS, "
            "PAGEWIRE_OIDC_OPERATORS or PAGEWIRE_OIDC_ADMINS"
        )
    if not settings.access.url and not (is_loopback(settings.admin.host) and settings.admin.port):
        raise SettingsError(
            "PAGEWIRE_OIDC_ISSUER needs PAGEWIRE_CONSOLE_URL, the address people open the console under"
        )
    _check_library()


def _check_library() -> None:
    try:
        import joserfc  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise SettingsError("for PAGEWIRE_OIDC_ISSUER: pip install 'pagewire-gateway[oidc]'") from error
