"""The handler: a virtual object for each conversation, so that Restate runs its messages one after the other."""

import os
from typing import Any

import aiohttp
import restate

from bench.peers import talk

conversation = restate.VirtualObject("Conversation")
_made: list[aiohttp.ClientSession] = []


@conversation.handler()
async def message(ctx: restate.ObjectContext, item: dict[str, Any]) -> None:
    """Answer one message; the send is a step that Restate writes down."""
    wanted = talk.answer(item)
    if wanted:
        await ctx.run_typed("send", send, wanted=wanted)


async def send(wanted: dict[str, Any]) -> str:
    if not _made:
        _made.append(aiohttp.ClientSession())
    url = f"{os.environ['GRAPH']}/v25.0/me/messages?access_token={talk.TOKEN}"
    async with _made[0].post(url, json=wanted) as answer:
        answer.raise_for_status()
        return str((await answer.json(content_type=None))["message_id"])


app = restate.app([conversation])
