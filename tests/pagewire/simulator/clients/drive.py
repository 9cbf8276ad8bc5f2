"""Drives one client from PyPI against the simulator: python drive.py CLIENT, the rest comes by environment."""

from __future__ import annotations

import collections
import collections.abc
import json
import os
import sys
from typing import Any

GRAPH_URL, TOKEN, PERSON, PAGE = (os.environ[name] for name in ("GRAPH_URL", "TOKEN", "PERSON", "PAGE"))
IMAGE = "https://cdn.example.com/mug.png"


def good(answer: Any) -> Any:
    """The JSON of an answer, which must not tell of an error."""
    told = answer.json() if hasattr(answer, "json") else answer
    if "error" in told:
        raise SystemExit(json.dumps(told))
    return told


def fbmessenger() -> Any:
    """The host is an attribute of the client, which asks for a name that Python moved in 3.10."""
    collections.Iterable = collections.abc.Iterable  # type: ignore[attr-defined]
    from fbmessenger import MessengerClient, elements, quick_replies, templates
    from fbmessenger.attachments import Image

    client = MessengerClient(TOKEN, app_secret=os.environ["SECRET"], api_version="25.0")
    client.graph_url = f"{GRAPH_URL}/v25.0"
    replies = quick_replies.QuickReplies([quick_replies.QuickReply(title="Yes", payload="Y")])
    button = elements.Button(button_type="postback", title="Buy", payload="BUY")
    card = elements.Element(title="Blue mug", subtitle="350 ml", image_url=IMAGE, buttons=[button])
    good(client.send_action("mark_seen", PERSON))
    good(client.send_action("typing_on", PERSON))
    sent = good(client.send(elements.Text(text="hello", quick_replies=replies).to_dict(), PERSON))
    good(client.send(Image(url=IMAGE).to_dict(), PERSON))
    good(client.send(templates.GenericTemplate(elements=[card]).to_dict(), PERSON))
    good(client.send(templates.ButtonTemplate(text="What next?", buttons=[button]).to_dict(), PERSON))
    good(client.upload_attachment(Image(url=IMAGE, is_reusable=True)))
    good(client.set_messenger_profile({"get_started": {"payload": "START"}}))
    good(client.update_whitelisted_domains(["https://shop.example.com/"]))
    return {"sent": sent, "profile": client.get_user_data(PERSON)}


def pymessenger() -> Any:
    """The host is an attribute of the bot."""
    from pymessenger.bot import Bot

    bot = Bot(TOKEN, app_secret=os.environ["SECRET"])
    bot.graph_url = f"{GRAPH_URL}/v25.0"
    button = {"type": "postback", "title": "Buy", "payload": "BUY"}
    good(bot.send_action(PERSON, "typing_on"))
    sent = good(bot.send_text_message(PERSON, "hello"))
    good(bot.send_button_message(PERSON, "What next?", [button]))
    good(bot.send_generic_message(PERSON, [{"title": "Blue mug", "subtitle": "350 ml", "buttons": [button]}]))
    good(bot.send_image_url(PERSON, IMAGE))
    return {"sent": sent, "profile": None}


def pyfacebook() -> Any:
    """The host is an option."""
    from pyfacebook import GraphAPI

    api = GraphAPI(access_token=TOKEN, version="v25.0", base_url=f"{GRAPH_URL}/")
    message = {"recipient": json.dumps({"id": PERSON}), "message": json.dumps({"text": "hello"})}
    sent = api.post_object(object_id="me", connection="messages", params={}, data=message)
    profile = api.get_object(object_id=PERSON, fields="first_name,last_name")
    listed = api.get_connection(object_id=PAGE, connection="conversations", fields="id,updated_time", count=5)
    return {"sent": sent, "profile": profile, "conversations": listed["data"]}


if __name__ == "__main__":
    sys.stdout.write(
        json.dumps({"fbmessenger": fbmessenger, "pymessenger": pymessenger, "pyfacebook": pyfacebook}[sys.argv[1]]())
    )
