"""One plugin without a gateway: play events to it as a gateway would, see what it would reply, and hold it to the contract."""

from pagewire.rehearsal.checks import Check, check_plugin
from pagewire.rehearsal.desk import RehearsedContext
from pagewire.rehearsal.memory import MemoryStore
from pagewire.rehearsal.playing import Played, Rehearsal
from pagewire.rehearsal.telling import message

__all__ = ["Check", "MemoryStore", "Played", "Rehearsal", "RehearsedContext", "check_plugin", "message"]
