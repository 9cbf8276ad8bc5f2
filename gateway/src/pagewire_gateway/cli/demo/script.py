"""What the people of the demo write, and what should come back. Fits the manifests in deploy/examples."""

from typing import Literal

from msgspec import Struct

Act = Literal["say", "tap"]


class Line(Struct, frozen=True, kw_only=True):
    """One thing a person does.

    Attributes:
        person: the simulator makes a person of that name.
        act: ``say`` writes `words`, ``tap`` taps the quick reply with that title.
        words: what is written or tapped.
        answer: a part of the reply that should come.
    """

    person: str
    act: Act
    words: str
    answer: str


class Scene(Struct, frozen=True, kw_only=True):
    """A conversation with one account.

    Attributes:
        object: ``page`` or ``instagram``.
        title: for people.
    """

    object: str
    title: str
    lines: tuple[Line, ...]


SCENES = (
    Scene(
        object="page",
        title="Messenger",
        lines=(
            Line(person="ada", act="say", words="Ahoy! I am new here.", answer="Welcome aboard, Ada"),
            Line(person="ada", act="tap", words="Opening hours", answer="9 to 5"),
        ),
    ),
    Scene(
        object="instagram",
        title="Instagram",
        lines=(
            Line(person="grace", act="say", words="Hello there!", answer="Ask us for our hours"),
            Line(person="grace", act="say", words="What are your hours?", answer="9 to 5"),
        ),
    ),
)
