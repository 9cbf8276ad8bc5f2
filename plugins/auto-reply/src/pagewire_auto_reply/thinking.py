"""When a model is asked, and what is said then."""

from pagewire.context import Context, HealthContext
from pagewire.events import Event, Message
from pagewire.health import Health
from pagewire.replies import Reply, Text
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.model import URL, ask, endpoint
from pagewire_auto_reply.splitting import split
from pagewire_auto_reply.verdicts import Explanation


def is_for_model(event: Event, found: Explanation) -> bool:
    """Whether no rule and no question answers a message that somebody wrote."""
    if found.silence is not None or not isinstance(event, Message) or not event.text or event.quick_reply is not None:
        return False
    return all(verdict.source == "otherwise" for verdict in found.fired)


async def thought(event: Event, found: Explanation, context: Context[Config]) -> tuple[Reply, ...]:
    """What the model says; nothing if it is not to be asked, or has nothing fit to be said."""
    llm = context.config.llm
    if llm is None or not isinstance(event, Message) or not is_for_model(event, found):
        return ()
    answer = await ask(llm, event.text or "", endpoint())
    if answer.text is None:
        context.log.info("the model is not heard: %s", answer.reason)
        return ()
    return tuple(Text(text=part) for part in split(answer.text, event.object))


def health_of(context: HealthContext[Config]) -> Health:
    """Whether what the configurations ask for is there."""
    asks = any(config.llm is not None for config in context.configs.values())
    if asks and endpoint() is None:
        return Health(status="degraded", reason=f"an account has llm, but {URL} is not set: set it, or take llm out")
    return Health()
