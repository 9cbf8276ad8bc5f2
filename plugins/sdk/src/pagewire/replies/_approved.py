"""Messages from templates and campaigns that Meta approves first. Sources: Meta, utility messages; marketing messages."""

from msgspec import Struct

from pagewire.replies._base import Sending


class TextParameter(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="text", tag_field="type"):
    """Fills a place of the header or the body.

    Attributes:
        text: what stands there.
        parameter_name: which place, in templates whose parameters have names; in the others the order counts.
    """

    text: str
    parameter_name: str | None = None


class PayloadParameter(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="POSTBACK", tag_field="type"):
    """Fills the payload of a postback button.

    Attributes:
        payload: what stands in the place of ``{{1}}``.
    """

    payload: str


class UrlParameter(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="URL", tag_field="type"):
    """Fills the end of a button's address.

    Attributes:
        url: the end alone.
    """

    url: str


ButtonParameter = PayloadParameter | UrlParameter


class UtilityMessage(Sending, frozen=True, kw_only=True, omit_defaults=True, tag="utility"):
    """A message from an approved utility template, also outside the messaging window; Messenger only.

    Attributes:
        name: of the template.
        language: of the template, such as ``en``.
        header: fills the header.
        body: fills the body.
        buttons: fills the buttons, in their order.
    """

    name: str
    language: str
    header: tuple[TextParameter, ...] = ()
    body: tuple[TextParameter, ...] = ()
    buttons: tuple[ButtonParameter, ...] = ()


class MarketingMessage(Sending, frozen=True, kw_only=True, omit_defaults=True, tag="marketing"):
    """A message of a marketing campaign: always refused, as Meta sells it with its advertising and not in the Send API.

    Attributes:
        message_id: of the campaign's message.
        subscription_token: from the opt-in.
    """

    message_id: str
    subscription_token: str
