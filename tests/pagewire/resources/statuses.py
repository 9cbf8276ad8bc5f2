"""A status of each kind with every field filled, as the operator may write it."""

from typing import Final

from pagewire.resources import (
    AccessTokenStatus,
    AppSecretFacts,
    Condition,
    ConditionType,
    GraphVersionFacts,
    InstagramAccountStatus,
    LimitedScope,
    MessengerAppStatus,
    MessengerPageStatus,
    OtherApp,
    PlanStep,
    ProfileFacts,
    Reason,
    ScopeFacts,
    Status,
    WebhookSubscriptionStatus,
)

TIME: Final = "2026-11-22T10:00:00Z"


def ready(generation: int = 1) -> Condition:
    return Condition(
        type=ConditionType.READY,
        status="True",
        reason=Reason.RECONCILED,
        message="Meta agrees.",
        last_transition_time=TIME,
        observed_generation=generation,
    )


_COMMON: Final = {
    "observed_generation": 1,
    "conditions": [ready()],
    "plan": [PlanStep(action="Subscribe", target="Page 108000000000001", detail="messages")],
    "last_changed_at": TIME,
    "last_handled_reconcile_at": "now",
}
_ACCOUNT: Final = {
    **_COMMON,
    "name": "Harbour Bakery",
    "username": "harbour",
    "subscribed_fields": ["messages"],
    "unmanaged_fields": ["feed"],
    "other_apps": [OtherApp(id="990000000000009", name="Inbox")],
    "profile": ProfileFacts(hash="d1gest", managed=["greeting"], unmanaged=["commands"]),
    "adopted": ["profile.greeting"],
}

FULL: Final[dict[str, Status]] = {
    "MessengerApp": MessengerAppStatus(
        **_COMMON,
        name="Harbour Gateway",
        mode="Live",
        graph=GraphVersionFacts(served="v25.0", available_until=TIME),
        secrets=[AppSecretFacts(name="acme-app", key="app-secret", state="Usable")],
    ),
    "AccessToken": AccessTokenStatus(
        **_COMMON,
        token_type="PAGE",
        app_id="990000000000001",
        user_id="7300000000000001",
        profile_id="108000000000001",
        issued_at=TIME,
        expires="2027-01-20",
        expires_at=TIME,
        data_access_expires_at=TIME,
        renew_at=TIME,
        scopes=ScopeFacts(
            granted=["pages_show_list"],
            missing=["pages_messaging"],
            declined=["pages_messaging"],
            limited=[LimitedScope(scope="pages_manage_metadata", targets=["108000000000002"], more=1)],
        ),
        tasks=["MESSAGING"],
        access="Standard",
        secret_name="harbour-access-token",
    ),
    "WebhookSubscription": WebhookSubscriptionStatus(
        **_COMMON,
        callback_url="https://hooks.example.com/webhooks/support/acme",
        active=True,
        fields=["messages"],
        unmanaged_fields=["feed"],
        payload_version="v25.0",
        adopted_from="https://old.example.com/",
    ),
    "MessengerPage": MessengerPageStatus(**_ACCOUNT, published=True, instagram_account_id="17841400000000001"),
    "InstagramAccount": InstagramAccountStatus(**_ACCOUNT, page_id="108000000000001"),
}
