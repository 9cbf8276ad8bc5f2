"""Verifies, puts a task for every item into Redis, and answers 200."""

from fastapi import FastAPI, Request, Response

from bench.peers import talk
from bench.peers.celery_redis.tasks import handle

app = FastAPI()


@app.post("/webhook")
async def webhook(request: Request) -> Response:
    items = talk.verified_items(await request.body(), request.headers.get("x-hub-signature-256", ""))
    if items is None:
        return Response(status_code=403)
    for item in items:
        handle.delay(item)
    return Response(status_code=200)
