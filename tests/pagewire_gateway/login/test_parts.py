"""The deciding parts of a login by themselves: seals, answers of the dialog, and whether a login is whole."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.sealed import Sealed
from pagewire_gateway.login import cookie, dialog
from pagewire_gateway.login.grant import Grant, GrantedPage
from pagewire_gateway.login.judging import judge, others
from pagewire_gateway.login.seals import LONGEST, key_of, seal, unseal
from pagewire_gateway.login.visit import Begun, Line, Story, Ticket, Visit, chosen, shorter
from pagewire_gateway.registry.port import App, LoginPages, LoginToken

PAGE, OTHER = "108000000000001", "108000000000002"
SCOPES = frozenset({"pages_show_list", "pages_manage_metadata", "pages_messaging", "pages_read_engagement"})
KEY = key_of(b"s3cr3t", "support", "acme")
TICKET = Ticket(id="once", tokens=("support/harbour",), until=2_000_000_000)
HARBOUR = LoginToken(
    namespace="support", name="harbour", app=("support", "acme"), type="Page", provider="Facebook", page_id=PAGE,
    scopes=("pages_messaging",), users=(),
)  # fmt: skip
QUAY = msgspec.structs.replace(HARBOUR, type="User", provider="Instagram", page_id="", scopes=(), accounts=("178",))
ADMIN = msgspec.structs.replace(HARBOUR, type="User", page_id="", scopes=())
ROBOT = msgspec.structs.replace(ADMIN, type="SystemUser")
BAKERY = GrantedPage(id=PAGE, name="Harbour Bakery", tasks=frozenset({"MESSAGING"}), token=Sealed("EAAPAGE"))
GRANT = Grant(token=Sealed("EAA"), ids=frozenset({"73"}), who="Harriet", scopes=SCOPES, pages=(BAKERY,))


def but(grant: Grant = GRANT, **change: object) -> Grant:
    return msgspec.structs.replace(grant, **change)


def page(**change: object) -> tuple[GrantedPage, ...]:
    return (msgspec.structs.replace(BAKERY, **change),)


@pytest.mark.parametrize(
    ("token", "grant", "said"),
    [
        (HARBOUR, GRANT, ()),
        (HARBOUR, but(targets={"pages_messaging": frozenset({PAGE})}), ()),
        (HARBOUR, but(scopes=SCOPES - {"pages_messaging"}), ("pages_messaging was not granted",)),
        (HARBOUR, but(scopes=SCOPES - {"pages_messaging"}, declined=frozenset({"pages_messaging"})), ("was declined",)),
        (HARBOUR, but(targets={"pages_messaging": frozenset({OTHER})}), ("granted for other Pages only",)),
        (HARBOUR, but(pages=()), (f"Page {PAGE} is not among those you granted",)),
        (HARBOUR, but(pages=page(tasks=frozenset({"ADVERTISE"}))), ("You may not answer messages",)),
        (HARBOUR, but(pages=page(tasks=frozenset({"FULL_CONTROL"}))), ()),
        (HARBOUR, but(pages=page(token=None)), ("Facebook gave no token",)),
        (msgspec.structs.replace(HARBOUR, users=("74",)), GRANT, ("not among those who may log in",)),
        (msgspec.structs.replace(HARBOUR, users=("74", "73")), GRANT, ()),
        (msgspec.structs.replace(HARBOUR, linked=True), GRANT, ("instagram_basic", "instagram_manage_messages")),
        (QUAY, but(scopes=frozenset(dialog.INSTAGRAM), ids=frozenset({"102", "178"})), ()),
        (QUAY, but(scopes=frozenset(dialog.INSTAGRAM), ids=frozenset({"102", "179"})), ("another account than 178",)),
        (ADMIN, but(type="USER"), ()),
        (ADMIN, but(type="SYSTEM_USER"), ("token of type SYSTEM_USER, and USER is wanted",)),
        (ROBOT, but(type="USER"), ("token of type USER, and SYSTEM_USER is wanted",)),
        (HARBOUR, but(type="SYSTEM_USER"), ()),
        (QUAY, but(scopes=frozenset(), ids=frozenset({"178"})), dialog.INSTAGRAM),
    ],
)
def test_a_login_is_whole_or_says_all_that_is_missing(token: LoginToken, grant: Grant, said: tuple[str, ...]):
    missing = judge(token, grant).missing
    assert len(missing) == len(said), missing
    assert all(part in whole for part, whole in zip(said, missing, strict=True)), missing


def test_how_it_ended_fits_into_a_cookie_however_much_there_is_to_say():
    names = tuple(f"support/harbour-{'x' * 60}-{number:02}" for number in range(20))
    said = ("The permission pages_messaging was declined." * 3,) * 6
    lines = tuple(Line(token=name, title="\N{ANCHOR}" * 120, connected=False, said=said) for name in names)
    lines = (msgspec.structs.replace(lines[0], connected=True, said=()), *lines[1:])
    story = Story(who="\N{SHIP}" * 80, lines=lines, others=("Quay Cafe",) * 11, again=True)
    ticket = Ticket(id="x" * 32, tokens=names, until=2_000_000_000)
    begun = Begun(state="s" * 43, chosen=tuple(range(20)), until=2_000_000_000)
    told = [Visit(ticket=ticket, begun=begun, story=one) for one in shorter(story)]
    sizes = [len(seal(one, KEY)) for one in told]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] <= LONGEST < sizes[1]
    last = unseal(seal(told[-1], KEY), Visit, [KEY])
    assert last is not None
    assert last.story is not None
    assert [(line.title, line.connected) for line in last.story.lines] == [("1 of 20", True), ("19 of 20", False)]
    assert chosen(last) == set(names)


@pytest.mark.parametrize("other", ['x={"a": 1}', "theme=dark mode", "bad[]=1", "=x", "flag", "a=b,c", "x=\xe9", "n==="])
def test_cookies_of_others_do_not_hide_ours(other: str):
    app = App(
        namespace="support",
        name="acme",
        app_id="1",
        secrets=(),
        verify_token=None,
        client_token=None,
        graph_version="v25.0",
        allowed_namespaces=(),
        login=LoginPages("https://hooks.example.com/login/support/acme/callback", ""),
    )
    ours = cookie.write(app, "sealed.value").split(";")[0]
    for header in (f"{other}; {ours}", f"{ours}; {other}", f"{other};{ours}"):
        assert cookie.read(app, header) == "sealed.value"
    assert cookie.read(app, other) == ""


def test_pages_nobody_asked_for_are_told_apart():
    quay = GrantedPage(id=OTHER, name="Quay")
    assert others(but(pages=(BAKERY, quay)), (HARBOUR,)) == (f"Quay ({OTHER})",)


@given(st.text(max_size=20), st.lists(st.text(max_size=30), max_size=20))
def test_what_was_sealed_comes_back_as_what_it_was_only(id_: str, tokens: list[str]):
    ticket = Ticket(id=id_, tokens=tuple(tokens), until=1)
    text = seal(ticket, KEY)
    assert unseal(text, Ticket, [b"old", KEY]) == ticket
    assert unseal(text, Visit, [KEY]) is None
    assert unseal(text, Ticket, [key_of(b"s3cr3t", "support", "other")]) is None
    assert unseal(text, Ticket, []) is None


@given(st.text(max_size=200))
def test_what_was_not_sealed_does_not_open(text: str):
    assert unseal(text, Ticket, [KEY]) is None
    assert unseal(f"{text}.{seal(TICKET, KEY).partition('.')[2]}", Ticket, [KEY]) is None


@given(st.dictionaries(st.sampled_from(["code", "error", "error_reason", "error_code", "state"]), st.text(max_size=99)))
def test_any_answer_is_a_code_or_a_reason(query: dict[str, str]):
    found = dialog.answer(query)
    if isinstance(found, Sealed):
        assert "error" not in query
        assert found.reveal().isascii()
    else:
        assert found.said.endswith(".")
        assert not [value for value in query.values() if len(value) > 20 and value in found.said]


@pytest.mark.parametrize(("came", "code"), [("AQB1#_=_", "AQB1"), ("AQ1#_", "AQ1"), ("AQB1", "AQB1")])
def test_what_is_appended_to_a_code_is_taken_off(came: str, code: str):
    found = dialog.answer({"code": came})
    assert isinstance(found, Sealed)
    assert found.reveal() == code
