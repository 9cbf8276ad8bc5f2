"""What an AccessToken may not be (Meta, Access Tokens)."""

from collections.abc import Iterator
from typing import Final

from .problem import Problem
from .token import (
    AccessToken,
    AccessTokenSpec,
    AppTokenForm,
    LoginProvider,
    TokenSource,
    TokenType,
    owned_secret,
)

_OF_APP: Final = {TokenType.APP, TokenType.CLIENT}


def token_problems(token: AccessToken) -> Iterator[Problem]:
    """Problems of a token; paths begin below ``spec``."""
    spec = token.spec
    yield from _page(spec)
    yield from _source(spec.source)
    yield from _source_of_type(spec)
    yield from _provider(spec)
    yield from _itself(token)


def _page(spec: AccessTokenSpec) -> Iterator[Problem]:
    if spec.type is TokenType.PAGE and spec.page_id is None:
        yield Problem("pageId", "a token of type Page names its Page")
    if spec.type is not TokenType.PAGE and spec.page_id is not None:
        yield Problem("pageId", f"a token of type {spec.type} belongs to no Page; remove it, or set type: Page")
    if spec.business_id is not None and spec.source.token_ref is None:
        yield Problem(
            "businessId", "only a token that is derived from a tokenRef is looked for in a portfolio; remove it"
        )


def _source(source: TokenSource) -> Iterator[Problem]:
    given = [source.secret_ref, source.token_ref, source.login, source.app_credentials, source.system_user]
    if sum(one is not None for one in given) != 1:
        yield Problem("from", "give exactly one of secretRef, tokenRef, login, appCredentials and systemUser")


def _source_of_type(spec: AccessTokenSpec) -> Iterator[Problem]:
    source, type_ = spec.source, spec.type
    credentials = source.app_credentials
    if credentials is not None and type_ not in _OF_APP:
        yield Problem("from.appCredentials", f"only App and Client tokens are made of them, not {type_}")
    if type_ in _OF_APP and (source.login or source.token_ref or source.system_user):
        yield Problem("from", f"a token of type {type_} comes from appCredentials or a secretRef")
    if credentials and credentials.form is AppTokenForm.CLIENT_CREDENTIALS and type_ is TokenType.CLIENT:
        yield Problem("from.appCredentials.form", "a token of type Client is made of the client token; remove it")
    if source.token_ref is not None and type_ in {TokenType.USER, TokenType.SYSTEM_USER}:
        yield Problem("from.tokenRef", f"only Page tokens are derived from another token, not {type_}")
    if source.system_user is not None:
        yield from _system_user(spec)


def _system_user(spec: AccessTokenSpec) -> Iterator[Problem]:
    if spec.type in {TokenType.USER, TokenType.PAGE}:
        yield Problem("from.systemUser", f"only SystemUser tokens are generated for a system user, not {spec.type}")
    if not spec.scopes:
        yield Problem("scopes", "list what a generated token may do")


def _provider(spec: AccessTokenSpec) -> Iterator[Problem]:
    if spec.provider is not LoginProvider.INSTAGRAM:
        return
    if spec.type is not TokenType.USER:
        yield Problem("provider", f"Instagram Login makes tokens of type User only, not {spec.type}")


def _itself(token: AccessToken) -> Iterator[Problem]:
    source = token.spec.source
    parents = {"from.tokenRef.name": source.token_ref}
    if source.system_user is not None:
        parents["from.systemUser.tokenRef.name"] = source.system_user.token_ref
    for path, parent in parents.items():
        if parent is not None and parent.name == token.metadata.name:
            yield Problem(path, "a token cannot come from itself; name another AccessToken")
    if source.secret_ref is not None and source.secret_ref.name == owned_secret(token):
        said = "the operator keeps the renewed token in a Secret of this name; give secretRef or secretName another"
        yield Problem("from.secretRef.name", said)
