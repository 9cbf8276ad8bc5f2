"""Identities by HTTP: the levers of ``sim.identity`` under the same names."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post, put
from litestar.params import FromQuery, JSONBody

from pagewire.simulator.control import identity_shapes as shapes
from pagewire.simulator.control.base import Control
from pagewire.simulator.identity.acts import Identities
from pagewire.simulator.identity.facts import token_id
from pagewire.simulator.wiring import TheMeta

_facts = msgspec.structs.asdict


class Identity(Control):
    """People, tokens, grants and app secrets, to look at and to disturb."""

    @get("/identity", sync_to_thread=False)
    def everybody(
        self,
        meta: TheMeta,
        user: FromQuery[str | None] = None,
        account: FromQuery[str | None] = None,
        type: FromQuery[str | None] = None,  # noqa: A002 - Meta's word
    ) -> shapes.Everybody:
        """Who there is, what they granted, and the facts of their tokens; never a token itself."""
        known = meta.state.identity
        return shapes.Everybody(
            users=[_plain(found) for found in known.users.values()],
            system_users=[_plain(found) for found in known.system_users.values()],
            businesses=[_plain(found) for found in known.businesses.values()],
            grants=[_plain(found) for found in known.grants.values()],
            tokens=Identities(meta).tokens(user=user, account=account, type=type),
        )

    @post("/identity/codes", sync_to_thread=False)
    def code(self, meta: TheMeta, data: JSONBody[shapes.Login]) -> shapes.MadeCode:
        """A person logs in."""
        return shapes.MadeCode(Identities(meta).mint_code(**_facts(data)))

    @post("/identity/instagram_codes", sync_to_thread=False)
    def instagram_code(self, meta: TheMeta, data: JSONBody[shapes.InstagramLogin]) -> shapes.MadeCode:
        """The owner of an Instagram account logs in."""
        return shapes.MadeCode(Identities(meta).mint_instagram_code(**_facts(data)))

    @post("/identity/tokens", sync_to_thread=False)
    def token(self, meta: TheMeta, data: JSONBody[shapes.Issue]) -> shapes.MadeToken:
        """A token without a login."""
        made = Identities(meta).issue_token(**_facts(data))
        return shapes.MadeToken(made, token_id(made))

    @put("/identity/permissions", sync_to_thread=False)
    def permission(self, meta: TheMeta, data: JSONBody[shapes.SetPermission]) -> None:
        """Grant or decline a permission, or let it expire."""
        Identities(meta).set_permission(**_facts(data))

    @put("/identity/targets", sync_to_thread=False)
    def targets(self, meta: TheMeta, data: JSONBody[shapes.Targets]) -> None:
        """Limit a permission to some objects, or open it to all."""
        Identities(meta).limit_targets(**_facts(data))

    @post("/identity/drop_page", sync_to_thread=False)
    def drop_page(self, meta: TheMeta, data: JSONBody[shapes.PageOf]) -> None:
        """A person unticks a Page in a later login."""
        Identities(meta).drop_page(**_facts(data))

    @post("/identity/expire", sync_to_thread=False)
    def expire(self, meta: TheMeta, data: JSONBody[shapes.Expire]) -> None:
        """Let a token expire."""
        Identities(meta).expire_token(**_facts(data))

    @post("/identity/invalidate", sync_to_thread=False)
    def invalidate(self, meta: TheMeta, data: JSONBody[shapes.Invalidate]) -> None:
        """Invalidate tokens, or make them good again."""
        if data.subcode is None:
            Identities(meta).revive(data.who)
        else:
            Identities(meta).invalidate(data.who, data.subcode)

    @post("/identity/remove_app", sync_to_thread=False)
    def remove_app(self, meta: TheMeta, data: JSONBody[shapes.RemoveApp]) -> None:
        """A person removes an app."""
        Identities(meta).remove_app(**_facts(data))

    @put("/identity/data_access", sync_to_thread=False)
    def data_access(self, meta: TheMeta, data: JSONBody[shapes.DataAccess]) -> None:
        """Move the day on which a person's data closes."""
        Identities(meta).set_data_access_expiry(**_facts(data))

    @post("/identity/app_secret", sync_to_thread=False)
    def app_secret(self, meta: TheMeta, data: JSONBody[shapes.AppSecret]) -> shapes.MadeSecret:
        """Give an app another secret."""
        return shapes.MadeSecret(Identities(meta).reset_app_secret(**_facts(data)))

    @post("/identity/forget_old_secrets", sync_to_thread=False)
    def forget_old_secrets(self, meta: TheMeta, data: JSONBody[shapes.WhichApp]) -> None:
        """Accept only the newest secret."""
        Identities(meta).forget_old_secrets(data.app)

    @put("/identity/app_mode", sync_to_thread=False)
    def app_mode(self, meta: TheMeta, data: JSONBody[shapes.AppMode]) -> None:
        """Publish an app, or put it back into development."""
        Identities(meta).set_app_mode(data.live, app=data.app)

    @put("/identity/roles", sync_to_thread=False)
    def role(self, meta: TheMeta, data: JSONBody[shapes.Role]) -> None:
        """Give somebody a role on an app, or take it away."""
        Identities(meta).set_role(**_facts(data))

    @put("/identity/tasks", sync_to_thread=False)
    def tasks(self, meta: TheMeta, data: JSONBody[shapes.Tasks]) -> None:
        """Say what somebody may do on a Page."""
        Identities(meta).set_tasks(**_facts(data))

    @put("/identity/hidden", sync_to_thread=False)
    def hidden(self, meta: TheMeta, data: JSONBody[shapes.Hidden]) -> None:
        """Let a Page be missing from ``/me/accounts``."""
        Identities(meta).hide_page(**_facts(data))

    @put("/identity/usage", sync_to_thread=False)
    def usage(self, meta: TheMeta, data: JSONBody[shapes.SetUsage]) -> None:
        """Say how much of an allowance is used; from 100 percent on calls are refused."""
        Identities(meta).set_usage(data.scope, data.id, data.percent, regain_minutes=data.regain_minutes)

    @put("/identity/version", sync_to_thread=False)
    def version(self, meta: TheMeta, data: JSONBody[shapes.ServeVersion]) -> None:
        """Serve every call as one version."""
        Identities(meta).serve_version(data.version)

    @put("/identity/instagram_shape", sync_to_thread=False)
    def instagram_shape(self, meta: TheMeta, data: JSONBody[shapes.InstagramShape]) -> None:
        """Choose between the two answers of api.instagram.com."""
        Identities(meta).set_instagram_shape(flat=data.flat)


def _plain(found: msgspec.Struct) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(found)
    return shown
