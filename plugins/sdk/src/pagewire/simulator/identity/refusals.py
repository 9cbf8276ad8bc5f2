"""Meta's refusals around logins, tokens, permissions and businesses (graph.md 1.6, 2, 4.3, 8)."""

from __future__ import annotations

from pagewire.simulator.errors import Refusal, invalid

# Logins and exchanges.
WRONG_SECRET = Refusal(1, None, "Error validating client secret.")
WRONG_APP = Refusal(101, None, "Error validating application. Invalid application ID.")
NO_CLIENT = Refusal(101, None, "Missing client_id parameter.")
NO_CODE = Refusal(1, None, "Missing authorization code")
BAD_CODE = Refusal(100, None, "Invalid verification code format.")
CODE_EXPIRED = Refusal(100, 36007, "This authorization code has expired.")
REDIRECT_MISMATCH = Refusal(
    100,
    36008,
    "Error validating verification code. Please make sure your redirect_uri is identical to the one you used "
    "in the OAuth dialog request",
)
CODE_USED = Refusal(100, 36009, "This authorization code has been used.")
NO_EXCHANGE_TOKEN = invalid("fb_exchange_token parameter not specified")
NOT_EXCHANGEABLE = invalid("Only the token of a person or a system user can be exchanged")
NOT_EXPIRING = invalid("The parameter set_token_expires_in_60_days is required to refresh a system user token")
NO_REVOKE_TOKEN = invalid("The parameter revoke_token is required")

# Tokens that no longer stand for anything.
NO_ROLE = Refusal(
    190,
    492,
    "Error validating access token: The session is invalid because the user associated with the Page access token "
    "does not have an appropriate role on the Page.",
)
NOT_IMPERSONATING = Refusal(
    190,
    None,
    "Any of the pages_read_engagement, pages_manage_metadata, pages_read_user_content, pages_manage_ads, "
    "pages_show_list or pages_messaging permission(s) must be granted before impersonating a user's page.",
)

# Businesses and system users.
NEEDS_BUSINESS = Refusal(200, None, "(#200) Requires business_management permission to manage the object", status=403)
NEEDS_ADMIN = Refusal(200, None, "(#200) Only an administrator of the business can manage its system users", status=403)
OTHER_BUSINESS = invalid("The app and the system user must belong to the same business")
NOT_INSTALLED = invalid("The app is not installed for this system user")
MUST_EXPIRE = invalid("This business makes only tokens that expire: set_token_expires_in_60_days is required")
NOTHING_TO_FETCH = invalid("There is no token of this app for the business to fetch")

# Instagram Login (graph.md 2.7, 10.6).
LOGIN_WRONG_APP = Refusal(400, None, "Invalid platform app")
LOGIN_WRONG_SECRET = Refusal(400, None, "Error validating client secret.")
LOGIN_CODE_USED = Refusal(400, None, "This authorization code has been used")
LOGIN_BAD_CODE = Refusal(400, None, "Matching code was not found or was already used")
LOGIN_REDIRECT = Refusal(
    400,
    None,
    "Error validating verification code. Please make sure your redirect_uri is identical to the one you used "
    "in the OAuth dialog request",
)
SESSION_KEY = Refusal(
    452,
    None,
    "Session key invalid. This could be because the session key has an incorrect format, or because the user has "
    "revoked this session",
)
TOO_YOUNG = invalid("The access token must be at least 24 hours old to be refreshed")
NEEDS_BASIC = Refusal(10, None, "(#10) Application does not have permission for this action", status=403)


def grant_type(given: str) -> Refusal:
    """100 for a ``grant_type`` that does not exist."""
    return Refusal(100, None, f"Invalid grant_type: '{given}'. Supported types: authorization_code, client_credentials")


def foreign_token(app_id: str) -> Refusal:
    """190 for a token of another app."""
    return Refusal(
        190, None, f"Error validating access token: The access token does not belong to application {app_id}."
    )


def one_of(name: str, at: int, allowed: frozenset[str]) -> Refusal:
    """100 for a list parameter with a value that does not exist."""
    return invalid(f"Param {name}[{at}] must be one of {{{', '.join(sorted(allowed))}}}")


# Usage (graph.md 9.1). One code a regime.
QUOTAS: dict[str, Refusal] = {
    "app": Refusal(4, None, "(#4) Application request limit reached", status=403),
    "user": Refusal(17, None, "(#17) User request limit reached", transient=True),
    "page": Refusal(32, None, "(#32) Page request limit reached"),
    "custom": Refusal(613, None, "(#613) Calls to this api have exceeded the rate limit."),
    "pages": Refusal(
        80001,
        None,
        "(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
    ),
    "instagram": Refusal(
        80002,
        None,
        "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.",
    ),
    "messenger": Refusal(80006, None, "(#80006) There have been too many messaging calls. Wait a bit and try again."),
}
"""Regime to its refusal."""
