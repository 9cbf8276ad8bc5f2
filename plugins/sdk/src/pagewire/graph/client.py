"""The Graph API as the gateway uses it: one method a call, every failure a `GraphError`."""

from pagewire.graph.subjects.attachments import Attachments
from pagewire.graph.subjects.batches import Batches
from pagewire.graph.subjects.history import History
from pagewire.graph.subjects.identity import Identity
from pagewire.graph.subjects.insights import Insights
from pagewire.graph.subjects.labels import Labels
from pagewire.graph.subjects.menus import Menus
from pagewire.graph.subjects.moderation import Moderation
from pagewire.graph.subjects.people import People
from pagewire.graph.subjects.personas import Personas
from pagewire.graph.subjects.sending import Sending
from pagewire.graph.subjects.stickers import Stickers
from pagewire.graph.subjects.threads import Threads
from pagewire.graph.subjects.utility import UtilityTemplates

__all__ = ["GraphClient"]


class GraphClient(
    Sending,
    Attachments,
    Threads,
    History,
    People,
    Batches,
    Personas,
    Moderation,
    Labels,
    Menus,
    Insights,
    UtilityTemplates,
    Stickers,
    Identity,
):
    """The calls of one app to one host of the Graph API; see `Caller` for how to make one.

    Every method raises a `GraphError` and nothing else when the call fails; the subclass says what to do next. When a
    task is cancelled while it waits for `send`, the message may have been sent: treat it as `Ambiguous`.
    """
