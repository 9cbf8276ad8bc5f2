"""What the routes of the control API and the chat page are given by name."""

from __future__ import annotations

from litestar.di import NamedDependency

from pagewire.simulator.meta import Meta
from pagewire.simulator.people import People

TheMeta = NamedDependency[Meta]
ThePeople = NamedDependency[People]
