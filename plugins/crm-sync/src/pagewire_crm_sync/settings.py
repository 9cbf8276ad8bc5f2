"""What the configuration says of each system that has an API of its own."""

import ipaddress
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from msgspec import Meta, Struct

from pagewire_crm_sync.mapping import Field, mistake

Url = Annotated[str, Meta(max_length=2000)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.]*\Z", max_length=100)]
Fields = Annotated[tuple[Field, ...], Meta(max_length=100, description="What is written to which field of the record.")]


Match = Annotated[
    tuple[Literal["email", "phone"], ...],
    Meta(
        max_length=2,
        description="What else than the unique id finds a contact that is there already; nothing by default.",
    ),
]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A piece of the configuration. Unknown fields are refused, so a typing mistake is heard."""


class HubSpot(Part, frozen=True, kw_only=True):
    """Contacts of a HubSpot portal. The token is that of a private app, named by `tokenEnv` or `tokenFile`."""

    api_url: Annotated[Url, Meta(description="Address of HubSpot's API.")] = "https://api.hubapi.com"
    version: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}\Z", description="Date of the API.")] = "2026-09"
    id_property: Annotated[Name, Meta(description="The property with unique values that names a contact.")] = (
        "pagewire_id"
    )
    requests_per_ten_seconds: Annotated[
        int, Meta(ge=1, le=190, description="Most requests of this process to the portal in any ten seconds.")
    ] = 90
    daily_reserve: Annotated[
        int, Meta(ge=0, le=1_000_000, description="Calls of the portal's day that are left to everybody else.")
    ] = 1000
    match: Match = ()
    phone_property: Annotated[Name, Meta(description="The property in which `match: [phone]` looks.")] = "phone"
    note_property: Annotated[
        Name, Meta(description="The property of notes with unique values that names an entry of the timeline.")
    ] = "pagewire_event"
    fields: Fields = (
        Field(to="firstname", source="profile.firstName", keep=True),
        Field(to="lastname", source="profile.lastName", keep=True),
    )

    def __post_init__(self) -> None:
        """Refuse a mapping that cannot work.

        Raises:
            ValueError: saying what to write instead.
        """
        _check_fields("hubspot", self.id_property, self.fields)


class Salesforce(Part, frozen=True, kw_only=True):
    """Contacts of a Salesforce org, by OAuth client credentials. The client's secret is named by `tokenEnv` or `tokenFile`."""

    api_url: Annotated[Url, Meta(description="The org's My Domain, such as `https://acme.my.salesforce.com`.")]
    client_id: Annotated[
        str, Meta(min_length=1, max_length=300, description="Consumer key of the external client app.")
    ]
    version: Annotated[str, Meta(pattern=r"^v\d+\.0\Z", description="Version of the API.")] = "v66.0"
    object: Annotated[Name, Meta(description="The object that keeps people.")] = "Contact"
    external_id: Annotated[Name, Meta(description="Its field that names a contact: text, External ID, Unique.")] = (
        "PagewireId__c"
    )
    requests_per_ten_seconds: Annotated[
        int, Meta(ge=1, le=1000, description="Most requests of this process to the org in any ten seconds.")
    ] = 50
    daily_share: Annotated[
        int, Meta(ge=1, le=100, description="Percent of the org's pool of calls after which the plugin makes no more.")
    ] = 80
    allow_duplicates: Annotated[bool, Meta(description="Save contacts that a duplicate rule only warns of.")] = False
    match: Match = ()
    email_field: Annotated[Name, Meta(description="The field in which `match: [email]` looks.")] = "Email"
    phone_field: Annotated[Name, Meta(description="The field in which `match: [phone]` looks.")] = "MobilePhone"
    task_id: Annotated[
        Name, Meta(description="The field of Task, an External ID, that names an entry of the timeline.")
    ] = "PagewireEvent__c"
    fields: Fields = (
        Field(to="FirstName", source="profile.firstName", keep=True),
        Field(to="LastName", source="profile.lastName || profile.name || profile.username || 'Unknown'", keep=True),
    )

    def __post_init__(self) -> None:
        """Refuse a mapping that cannot work.

        Raises:
            ValueError: saying what to write instead.
        """
        _check_fields("salesforce", self.external_id, self.fields)


class Tryton(Part, frozen=True, kw_only=True):
    """Parties of a Tryton database. The user's password is named by `tokenEnv` or `tokenFile`."""

    api_url: Annotated[Url, Meta(description="Address of the server, without the database.")]
    database: Annotated[str, Meta(min_length=1, max_length=100, description="Name of the database.")]
    user: Annotated[str, Meta(min_length=1, max_length=100, description="Login name of the user.")]
    requests_per_ten_seconds: Annotated[
        int, Meta(ge=1, le=1000, description="Most requests of this process to the server in any ten seconds.")
    ] = 100
    match: Match = ()
    fields: Fields = (
        Field(to="name", source="profile.name || profile.username || profile.firstName || 'Unknown'", keep=True),
    )

    def __post_init__(self) -> None:
        """Refuse a mapping that cannot work.

        Raises:
            ValueError: saying what to write instead.
        """
        _check_fields("tryton", "code", self.fields)


def is_loopback(url: str) -> bool:
    """Whether the address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(name: str, url: str, *, allow_insecure: bool) -> None:
    """Refuse an address that cannot work or is not safe.

    Raises:
        ValueError: with the setting's name, and what to write instead.
    """
    parts = _split(name, url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{name} must start with https:// and name a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{name} must not hold a user or password: name the token with tokenEnv or tokenFile")
    if parts.fragment:
        raise ValueError(f"{name} must not have a #fragment: it is never sent")
    if parts.scheme == "http" and not is_loopback(url) and not allow_insecure:
        raise ValueError(
            f"{name} must start with https://: plain http goes to this machine only, or set allowInsecure: true"
        )


def _split(name: str, url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"{name} must be written in ASCII without spaces: encode the host as xn-- and the path with %")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"{name} cannot be read: {error}") from error
    return parts


def _check_fields(where: str, id_field: str, fields: tuple[Field, ...]) -> None:
    if any(field.to == id_field for field in fields):
        raise ValueError(f"{where}.fields: {id_field} names the contact and is written by itself")
    if (wrong := mistake(fields)) is not None:
        raise ValueError(f"{where}.{wrong}")
