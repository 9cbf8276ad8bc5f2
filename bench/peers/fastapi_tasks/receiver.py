"""Verifies, answers 200, and then handles every item of every entry in turn."""

import os
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, Request, Response

from bench.peers import talk

app = FastAPI()
client = httpx.AsyncClient()


@app.post("/webhook")
async def webhook(request: Request, background: BackgroundTasks) -> Response:
    items = talk.verified_items(await request.body(), request.headers.get("x-hub-signature-256", ""))
    if items is None:
        return Response(status_code=403)
    background.add_task(handle, items)
    return Response(status_code=200)


async def handle(items: list[dict[str, Any]]) -> None:
    for wanted in filter(None, map(talk.answer, items)):
        url = f"{os.environ['GRAPH']}/v25.0/me/messages"
        (await client.post(url, params={"access_token": talk.TOKEN}, json=wanted)).raise_for_status()
