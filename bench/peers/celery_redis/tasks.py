"""The worker: one task answers one item."""

import os
from typing import Any

import httpx
from celery import Celery

from bench.peers import talk

app = Celery("peer", broker=f"redis://127.0.0.1:{os.environ['PORT_2']}/0")
app.conf.task_ignore_result = True
client = httpx.Client()


@app.task
def handle(item: dict[str, Any]) -> None:
    wanted = talk.answer(item)
    if wanted:
        url = f"{os.environ['GRAPH']}/v25.0/me/messages"
        client.post(url, params={"access_token": talk.TOKEN}, json=wanted).raise_for_status()
