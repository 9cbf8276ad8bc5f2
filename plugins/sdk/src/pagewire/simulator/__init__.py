"""Meta, locally: the Graph API, webhook deliveries, faults on demand and a chat page, as strict as the original.

``async with Simulator() as sim:`` is the way in for tests; ``pagewire simulate`` for people.
"""

from pagewire.simulator.clock import Clock
from pagewire.simulator.faults import Fault, FaultKind, throttled
from pagewire.simulator.identity.facts import TokenFacts
from pagewire.simulator.identity.model import Business, Grant, SystemUser, User
from pagewire.simulator.in_process import Simulator
from pagewire.simulator.ledger import Alert, Delivery, RefusedCall, Send, Tally
from pagewire.simulator.limits import Limits, unlimited
from pagewire.simulator.manifests import ManifestError, read_folder
from pagewire.simulator.meta import Options
from pagewire.simulator.people import Impossible
from pagewire.simulator.post import DeliveryOptions
from pagewire.simulator.rates import Violation
from pagewire.simulator.stored import Unknown
from pagewire.simulator.world import Account, App, Person, Subscription, Token, World, small_world

__all__ = [
    "Account",
    "Alert",
    "App",
    "Business",
    "Clock",
    "Delivery",
    "DeliveryOptions",
    "Fault",
    "FaultKind",
    "Grant",
    "Impossible",
    "Limits",
    "ManifestError",
    "Options",
    "Person",
    "RefusedCall",
    "Send",
    "Simulator",
    "Subscription",
    "SystemUser",
    "Tally",
    "Token",
    "TokenFacts",
    "Unknown",
    "User",
    "Violation",
    "World",
    "read_folder",
    "small_world",
    "throttled",
    "unlimited",
]
