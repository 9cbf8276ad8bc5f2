"""The Messenger profile: from the spec to Meta's form, and what differs. Pure."""

from .compare import Comparison, compare, facts_of
from .form import ORDER, Wanted, canonical, digest, wanted_of

__all__ = ["ORDER", "Comparison", "Wanted", "canonical", "compare", "digest", "facts_of", "wanted_of"]
