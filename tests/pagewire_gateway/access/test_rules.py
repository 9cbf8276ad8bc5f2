"""The one table of who may do what."""

import pytest
from litestar.routes import HTTPRoute

from pagewire_gateway.access.callers import Caller
from pagewire_gateway.access.rules import RULES, rule_of
from pagewire_gateway.admin import create_admin_app
from tests.pagewire_gateway.playing import played


@pytest.fixture
async def app(tmp_path):
    async with played(tmp_path) as stage:
        yield create_admin_app(stage.gateway)


def routes(app):
    """Method and path of every route that somebody wrote."""
    return {
        f"{method} {route.path_format}"
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"OPTIONS", "HEAD"}
    }


async def test_every_route_has_a_line_and_every_line_a_route(app):
    assert routes(app) == set(RULES)


async def test_what_is_open_to_anybody_can_change_nothing(app):
    assert {route for route, rule in RULES.items() if rule.least is None and route.startswith("POST")} <= {
        "POST /console/login"
    }


async def test_whatever_changes_something_is_named_in_the_audit_log():
    # A log-in is written down by its page, which learns the name.
    looks_only = {
        "POST /api/v1/people/find",
        "POST /console/events/find",
        "POST /console/people/find",
        "POST /console/login",
    }
    changes = {route for route in RULES if not route.startswith("GET ")}
    assert {route for route in changes if not RULES[route].action} == looks_only


@pytest.mark.parametrize(("role", "may"), [("viewer", 1), ("operator", 2), ("admin", 3)])
def test_a_role_may_what_the_lesser_ones_may(role, may):
    caller = Caller(name="one", role=role, how="token")
    assert [caller.may(least) for least in ("viewer", "operator", "admin")] == [at < may for at in range(3)]


def test_a_route_that_nobody_thought_of_is_closed():
    assert rule_of("POST", "/api/v1/new").least == "admin"
