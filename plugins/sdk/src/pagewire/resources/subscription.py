"""`WebhookSubscription`: what an app asks Meta to deliver, and where to."""

from typing import Annotated, Literal

from msgspec import Meta, field

from .base import Resource
from .common import AdoptionPolicy, AppRef, HttpsUrl, Spec
from .fields import FieldName, WebhookObject
from .status import Line, Listed, Status, Word


class WebhookSubscriptionSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of a subscription. Meta keeps one for each app and object.

    Attributes:
        app_ref: The MessengerApp. Cannot be changed.
        object: What the webhooks are about: page or instagram. Cannot be changed.
        callback_url: Where Meta delivers: https://, the gateway's public address, /webhooks/{namespace}/{app}.
        fields: Webhook fields. A field arrives if the Page or account is subscribed to it as well. Fields that others
            subscribed are left alone and listed in status.unmanagedFields.
        include_values: Have Meta send what changed, and not only which field. Leave it on.
        adoption_policy: What to do when the app's webhooks already go elsewhere. FailIfExists leaves them and says so;
            Adopt takes them over.
    """

    app_ref: AppRef
    object: WebhookObject
    callback_url: HttpsUrl = field(name="callbackURL")
    fields: Annotated[list[FieldName], Meta(min_length=1, max_length=120)]
    include_values: bool = True
    adoption_policy: AdoptionPolicy = AdoptionPolicy.FAIL_IF_EXISTS


class WebhookSubscriptionStatus(Status, frozen=True, kw_only=True):
    """What Meta has of a subscription.

    Attributes:
        callback_url: Where Meta delivers now.
        active: Whether it delivers at all.
        fields: Fields of spec.fields that are subscribed.
        unmanaged_fields: Subscribed fields that spec.fields does not name; left alone.
        payload_version: The Graph version whose format the webhooks have.
        adopted_from: The callback URL that was replaced when this resource took over.
    """

    callback_url: Line | None = field(name="callbackURL", default=None)
    active: bool | None = None
    fields: Listed = []
    unmanaged_fields: Listed = []
    payload_version: Word | None = None
    adopted_from: Line | None = None


class WebhookSubscription(Resource, frozen=True, kw_only=True):
    """What an app asks Meta to deliver, and where to."""

    kind: Literal["WebhookSubscription"] = "WebhookSubscription"
    spec: WebhookSubscriptionSpec
    status: WebhookSubscriptionStatus | None = None
