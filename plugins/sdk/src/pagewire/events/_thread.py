"""Who may answer, what Meta decided about the Page, and accounts linked."""

from datetime import datetime
from typing import Any, ClassVar

from pagewire.events._base import Event


class AccountLinking(Event, frozen=True, kw_only=True):
    """A person linked or unlinked an account of the business's own (Messenger only).

    Attributes:
        status: ``linked`` or ``unlinked``.
        authorization_code: the code of the linking, only with ``linked``.
    """

    finds: ClassVar = ("account_linking",)
    hook: ClassVar = "account_linking_changed"

    status: str | None = None
    authorization_code: str | None = None


class _Handover(Event, frozen=True, kw_only=True):
    """A thread changed hands.

    Attributes:
        new_owner_app_id: the app that has it now.
        previous_owner_app_id: the app that had it; missing for an idle thread.
        metadata: a note from one app to the other.
    """

    new_owner_app_id: str | None = None
    previous_owner_app_id: str | None = None
    metadata: str | None = None


class HandoverPass(_Handover, frozen=True, kw_only=True):
    """Control of the thread was passed to an app."""

    finds: ClassVar = ("pass_thread_control",)
    hook: ClassVar = "thread_passed"


class HandoverTake(_Handover, frozen=True, kw_only=True):
    """Control of the thread was taken by an app, or by a human in an inbox."""

    finds: ClassVar = ("take_thread_control",)
    hook: ClassVar = "thread_taken"


class HandoverRequest(Event, frozen=True, kw_only=True):
    """An app asked for control of the thread.

    Attributes:
        requested_owner_app_id: the app that wants it.
        metadata: a note from one app to the other.
    """

    finds: ClassVar = ("request_thread_control",)
    hook: ClassVar = "thread_requested"

    requested_owner_app_id: str | None = None
    metadata: str | None = None


class HandoverAppRoles(Event, frozen=True, kw_only=True):
    """Old handover protocol: which app is primary or secondary receiver of the Page.

    Attributes:
        roles: app id to a list of ``primary_receiver`` and ``secondary_receiver``.
    """

    finds: ClassVar = ("app_roles",)
    hook: ClassVar = "app_roles_changed"
    whole: ClassVar = "roles"

    roles: dict[str, Any] = {}


class PolicyEnforcement(Event, frozen=True, kw_only=True):
    """Meta warned, blocked or unblocked the Page.

    Attributes:
        action: ``warning``, ``block`` or ``unblock``.
        reason: Meta's sentence; missing for ``unblock``.
    """

    finds: ClassVar = ("policy_enforcement", "policy-enforcement")
    hook: ClassVar = "policy_enforced"

    action: str | None = None
    reason: str | None = None


class PageIntegrity(Event, frozen=True, kw_only=True):
    """The integrity status of the Page changed; the item itself is the payload.

    Attributes:
        status: such as ``restricted``.
        violations: what Meta found, each with type, description and address.
        restrictions: what the Page may not do, each with its times.
        action_events: what was done about it.
    """

    hook: ClassVar = "integrity_changed"

    status: str | None = None
    violations: Any = None
    restrictions: Any = None
    action_events: Any = None


class CallPermissionReply(Event, frozen=True, kw_only=True):
    """A person allowed or refused calls from the business.

    Attributes:
        response: ``approve`` or ``reject``.
        expiration_timestamp: when the permission ends, only with ``approve``.
    """

    finds: ClassVar = ("call_permission_reply",)
    hook: ClassVar = "call_permission_answered"
    containers: ClassVar = ("messaging", "entry")
    times: ClassVar = ("expiration_timestamp",)

    response: str | None = None
    expiration_timestamp: datetime | None = None


class Call(Event, frozen=True, kw_only=True):
    """Something happened to a call; the kind is ``call.`` and the name of it, such as ``call.connect``.

    Attributes:
        call_id: the call.
        event: ``connect``, ``terminate``, ``call_status`` or ``media_update``.
        caller: who calls: the person's scoped id, or the account.
        callee: who is called.
        recipient_id: the person, on ``call_status``.
        call_status: ``ringing`` or ``accepted``.
        call_direction: ``business_initiated`` or ``user_initiated``.
    """

    hook: ClassVar = "call_changed"

    containers: ClassVar = ("calls",)
    wire_names: ClassVar = {"call_id": ("id",), "caller": ("from",), "callee": ("to",)}

    call_id: str | None = None
    event: str | None = None
    caller: str | None = None
    callee: str | None = None
    recipient_id: str | None = None
    call_status: str | None = None
    call_direction: str | None = None
