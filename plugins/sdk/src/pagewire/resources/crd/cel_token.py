"""Rules of an AccessToken (Meta, Access Tokens)."""

from typing import Final

from pagewire.resources.token import OWNED_SUFFIX

from .rule import Rule

_SOURCES: Final = ("secretRef", "tokenRef", "login", "appCredentials", "systemUser")
_OF_APP: Final = "self.type in ['App', 'Client']"

ONE_SOURCE: Final = Rule(
    rule=f"[{', '.join(f'has(self.{name})' for name in _SOURCES)}].exists_one(given, given)",
    message="give exactly one of secretRef, tokenRef, login, appCredentials and systemUser",
)


def _not_of_type(path: str, types: str, said: str) -> Rule:
    """A source that some types do not have."""
    return Rule(
        rule=f"!has(self.from.{path}) || !(self.type in {types})",
        message=said,
        expression=f"'{said}, not ' + self.type",
        path=f".from.{path}",
    )


TOKEN: Final = (
    Rule(rule="self.type != 'Page' || has(self.pageId)", message="a token of type Page names its Page", path=".pageId"),
    Rule(
        rule="self.type == 'Page' || !has(self.pageId)",
        message="only a token of type Page has one",
        expression="'a token of type ' + self.type + ' belongs to no Page; remove it, or set type: Page'",
        path=".pageId",
    ),
    Rule(
        rule="!has(self.businessId) || has(self.from.tokenRef)",
        message="only a token that is derived from a tokenRef is looked for in a portfolio; remove it",
        path=".businessId",
    ),
    Rule(
        rule=f"!({_OF_APP}) || !(has(self.from.login) || has(self.from.tokenRef) || has(self.from.systemUser))",
        message="an App or Client token comes from appCredentials or a secretRef",
        expression="'a token of type ' + self.type + ' comes from appCredentials or a secretRef'",
        path=".from",
    ),
    _not_of_type("appCredentials", "['User', 'Page', 'SystemUser']", "only App and Client tokens are made of them"),
    _not_of_type("tokenRef", "['User', 'SystemUser']", "only Page tokens are derived from another token"),
    _not_of_type("systemUser", "['User', 'Page']", "only SystemUser tokens are generated for a system user"),
    Rule(
        rule="self.type != 'Client' || !has(self.from.appCredentials) || !has(self.from.appCredentials.form)"
        " || self.from.appCredentials.form != 'ClientCredentials'",
        message="a token of type Client is made of the client token; remove it",
        path=".from.appCredentials.form",
    ),
    Rule(
        rule="!has(self.from.systemUser) || (has(self.scopes) && self.scopes.size() > 0)",
        message="list what a generated token may do",
        path=".scopes",
    ),
    Rule(
        rule="self.provider != 'Instagram' || self.type == 'User'",
        message="Instagram Login makes tokens of type User only",
        expression="'Instagram Login makes tokens of type User only, not ' + self.type",
        path=".provider",
    ),
    Rule(
        rule="has(self.secretName) == has(oldSelf.secretName)",
        message="cannot be changed; make another resource, and delete this one",
        path=".secretName",
    ),
)

_OWNED: Final = f"(has(self.spec.secretName) ? self.spec.secretName : self.metadata.name + '{OWNED_SUFFIX}')"

ITSELF: Final = (
    Rule(
        rule="!has(self.spec.from.tokenRef) || self.spec.from.tokenRef.name != self.metadata.name",
        message="a token cannot come from itself; name another AccessToken",
        path=".spec.from.tokenRef.name",
    ),
    Rule(
        rule="!has(self.spec.from.systemUser) || self.spec.from.systemUser.tokenRef.name != self.metadata.name",
        message="a token cannot come from itself; name another AccessToken",
        path=".spec.from.systemUser.tokenRef.name",
    ),
    Rule(
        rule=f"!has(self.spec.from.secretRef) || self.spec.from.secretRef.name != {_OWNED}",
        message="the operator keeps the renewed token in a Secret of this name; give secretRef or secretName another",
        path=".spec.from.secretRef.name",
    ),
)
