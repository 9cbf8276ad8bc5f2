"""One try: observe, plan, and apply step by step, as far as one gets."""

import logging
from typing import Any

from pagewire.graph import GraphError
from pagewire.resources import Reason, Resource, problems
from pagewire_operator.model import ClusterError, Step

from .base import Kind, Site
from .indices import key_of
from .report import Seen, Work
from .translate import trouble_of
from .trouble import Blocked, Pace, Trouble

__all__ = ["fault", "tried", "trouble_in"]

log = logging.getLogger(__name__)


async def tried(kind: Kind[Any, Any], resource: Resource, site: Site, *, observing: bool) -> tuple[Seen | None, Work]:
    """Work, with another app secret if Meta refuses the first one: a rotation fails nothing.

    Raises:
        ClusterError: a Secret could not be written.
    """
    try:
        seen, work = await _work(kind, resource, site, observing=observing)
        while not work.done and site.another_secret(work.trouble):
            seen, work = await _work(kind, resource, site, observing=observing)
    except ClusterError:
        raise
    except Exception as error:  # noqa: BLE001 - a mistake of ours is told where people look, and tried again
        return None, Work(trouble=fault(resource, error), observing=observing)
    return seen, work


async def _work(kind: Kind[Any, Any], resource: Resource, site: Site, *, observing: bool) -> tuple[Seen | None, Work]:
    if (trouble := _mistakes(resource)) is not None:
        return None, Work(trouble=trouble, observing=observing)
    try:
        seen: Seen = await kind.observe(resource, site)
    except (GraphError, Blocked) as error:
        return None, Work(trouble=trouble_in(error), observing=observing)
    steps = kind.plan(resource, seen, site.now)
    if observing:
        return seen, Work(planned=steps, trouble=seen.trouble, observing=True)
    done: list[Step] = []
    for step in steps:
        try:
            seen = await kind.apply(resource, seen, step, site)
        except (GraphError, Blocked) as error:
            return seen, Work(planned=steps, done=tuple(done), trouble=trouble_in(error))
        done.append(step)
    return seen, Work(planned=steps, done=tuple(done), trouble=seen.trouble)


def _mistakes(resource: Resource) -> Trouble | None:
    found = problems(resource)
    if not found:
        return None
    return Trouble(reason=Reason.INVALID_SPEC, message="; ".join(map(str, found)))


def fault(resource: Resource, error: Exception) -> Trouble:
    """A mistake of the operator itself, which its log tells in full."""
    log.error("%s: a fault of the operator", key_of(resource), exc_info=error)
    said = f"The operator failed with {type(error).__name__}; its log tells more. It is tried again by itself."
    return Trouble(reason=Reason.INTERNAL_ERROR, message=said, pace=Pace.SOON)


def trouble_in(error: GraphError | Blocked) -> Trouble:
    """What stood in the way."""
    return error.trouble if isinstance(error, Blocked) else trouble_of(error)
