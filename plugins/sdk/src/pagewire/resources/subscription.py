"""`WebhookSubscription`: what an app asks Meta to deliver, and where to."""

from typing import Annotated, Literal

from msgspec import Meta, field

from .base import Resource
from .common import AppRef, HttpsUrl, Spec
from .fields import FieldName, WebhookObject


class WebhookSubscriptionSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of a subscription. Meta keeps one for each app and object."""

    app_ref: AppRef
    object: WebhookObject
    callback_url: HttpsUrl = field(name="callbackURL")
    fields: Annotated[list[FieldName], Meta(min_length=1, max_length=120)]


class WebhookSubscription(Resource, frozen=True, kw_only=True):
    """A webhook subscription of an app."""

    kind: Literal["WebhookSubscription"] = "WebhookSubscription"
    spec: WebhookSubscriptionSpec
