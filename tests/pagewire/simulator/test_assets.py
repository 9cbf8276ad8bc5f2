"""What surrounds sending: personas, labels, utility templates, stickers, blocks, menus, insights, ID matching."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import httpx
import pytest

from pagewire.simulator.people import Impossible
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, PAGE_ID, USER_ID, Account, Token
from tests.pagewire.simulator.conftest import Bench

OTHER_PAGE = "108000000000099"
APP_TOKEN = f"{APP_ID}|s3cr3t-app-secret-for-tests"


def code(answer: httpx.Response) -> tuple[int, int | None]:
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


@pytest.fixture
def other(bench: Bench) -> str:
    """The token of another Page."""
    bench.meta.state.accounts[OTHER_PAGE] = Account(id=OTHER_PAGE, object="page", name="Harbour Cafe")
    bench.meta.state.tokens["EAAOTHER"] = Token(value="EAAOTHER", type="PAGE", app_id=APP_ID, account_id=OTHER_PAGE)
    bench.meta.state.identity.users[USER_ID].pages[OTHER_PAGE] = {"MESSAGING"}
    return "EAAOTHER"


class TestPersonas:
    BODY = {"name": "Sam T.", "profile_picture_url": "https://cdn.example.com/sam.png"}

    async def test_make_use_and_remove(self, bench: Bench, other: str) -> None:
        bench.meet()
        made = (await bench.call("POST", "me/personas", json=self.BODY)).json()["id"]
        assert (await bench.call("GET", made)).json() == {"id": made, **self.BODY}
        assert (await bench.text(PAGE_ID, "ada", persona_id=made)).status_code == 200
        assert bench.people.conversation(PAGE_ID, "ada").messages[-1].persona == made
        assert code(await bench.call("GET", made, token=other)) == (100, 33)
        assert code(await bench.call("DELETE", made, token=other)) == (100, 33)
        assert (await bench.call("DELETE", made)).json() == {"success": True}
        assert code(await bench.text(PAGE_ID, "ada", persona_id=made)) == (100, None)

    async def test_paging(self, bench: Bench) -> None:
        """Until ``paging.next`` is absent; those of the world are listed too."""
        bench.page.personas = {"2222100000000001"}
        for number in range(3):
            await bench.call("POST", "me/personas", json=self.BODY | {"name": f"Sam {number}"})
        first = (await bench.call("GET", "me/personas?limit=3")).json()
        after = first["paging"]["cursors"]["after"]
        second = (await bench.call("GET", f"me/personas?limit=3&after={after}")).json()
        assert "next" in first["paging"]
        assert "next" not in second["paging"]
        assert len({persona["id"] for persona in first["data"] + second["data"]}) == 4

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"name": "x" * 51}, (100, None)),
            ({"profile_picture_url": "sam.png"}, (100, None)),
            ({"profile_picture_url": "http://cdn.example.com/sam.png"}, (100, 2018008)),
            ({"profile_picture_url": "https://cdn.example.com/sam.html"}, (546, None)),
        ],
    )
    async def test_refused(self, bench: Bench, change: dict[str, str], expected: tuple[int, int | None]) -> None:
        assert code(await bench.call("POST", "me/personas", json=self.BODY | change)) == expected


class TestLabels:
    async def test_put_on_and_take_off(self, bench: Bench, other: str) -> None:
        ada = bench.meet()
        made = (await bench.call("POST", "me/custom_labels", json={"page_label_name": "vip"})).json()["id"]
        assert (await bench.call("POST", f"{made}/label", json={"user": ada})).json() == {"success": True}
        carried = await bench.call("GET", f"{ada}/custom_labels?fields=page_label_name")
        assert carried.json()["data"] == [{"id": made, "page_label_name": "vip"}]
        assert code(await bench.call("POST", f"{made}/label", json={"user": ada}, token=other)) == (100, 33)
        await bench.call("DELETE", f"{made}/label", json={"user": ada})
        assert (await bench.call("GET", f"{ada}/custom_labels")).json()["data"] == []
        assert [label["id"] for label in (await bench.call("GET", "me/custom_labels")).json()["data"]] == [made]
        assert (await bench.call("DELETE", made)).json() == {"success": True}
        assert (await bench.call("GET", "me/custom_labels")).json()["data"] == []

    async def test_refused(self, bench: Bench) -> None:
        """A name twice; a stranger; and everything until the contact terms are accepted."""
        body = {"name": "vip"}
        made = (await bench.call("POST", "me/custom_labels", json=body)).json()["id"]
        assert code(await bench.call("POST", "me/custom_labels", json=body)) == (100, None)
        assert code(await bench.call("POST", f"{made}/label", json={"user": "999"})) == (100, 2018001)
        bench.page.contact_terms = False
        for method, path in (("POST", "me/custom_labels"), ("GET", "me/custom_labels"), ("DELETE", made)):
            assert code(await bench.call(method, path, json=body)) == (2, 2018344)


BODY = {"type": "BODY", "text": "Parcel {{parcel_id}} left.", "example": {"body_text_named_params": []}}
HEADER = {"type": "HEADER", "format": "TEXT", "text": "{{kind}} update", "example": {"header_text_named_params": []}}
BUTTONS = {"type": "BUTTONS", "buttons": [{"type": "POSTBACK", "text": "Track", "payload": "track_{{1}}"}]}
DEFINITION = {
    "name": "shipment_update_1",
    "language": "en",
    "category": "UTILITY",
    "parameter_format": "NAMED",
    "components": [HEADER, BODY, BUTTONS],
}
PARAMETERS = [
    {"type": "header", "parameters": [{"type": "text", "parameter_name": "kind", "text": "Order"}]},
    {"type": "body", "parameters": [{"type": "text", "parameter_name": "parcel_id", "text": "A-77"}]},
    {"type": "buttons", "parameters": [{"type": "POSTBACK", "payload": "77"}]},
]


class TestUtilityTemplates:
    async def send(
        self, bench: Bench, components: list[dict[str, Any]], name: str = "shipment_update_1"
    ) -> httpx.Response:
        template = {"name": name, "language": {"code": "en"}, "components": components}
        recipient = {"id": bench.scoped(PAGE_ID, "ada")}
        return await bench.send(
            PAGE_ID, {"recipient": recipient, "messaging_type": "UTILITY", "message": {"template": template}}
        )

    async def test_a_month_later(self, bench: Bench) -> None:
        """Approved at once, sent at any time, read as a generic template with its parameters in place."""
        bench.meet()
        made = (await bench.call("POST", "me/message_templates", json=DEFINITION)).json()
        assert (made["status"], made["category"]) == ("APPROVED", "UTILITY")
        bench.clock.advance(30 * 24 * 3600)
        assert (await self.send(bench, PARAMETERS)).status_code == 200
        (shown,) = bench.people.conversation(PAGE_ID, "ada").messages[-1].attachments
        (element,) = shown["payload"]["elements"]
        assert (element["title"], element["subtitle"]) == ("Order update", "Parcel A-77 left.")
        assert element["buttons"] == [{"type": "postback", "title": "Track", "payload": "track_77"}]

    async def test_text_alone_reads_as_text(self, bench: Bench) -> None:
        bench.meet()
        await bench.call("POST", "me/message_templates", json=DEFINITION | {"components": [BODY]})
        assert (await self.send(bench, PARAMETERS[1:2])).status_code == 200
        assert bench.people.conversation(PAGE_ID, "ada").messages[-1].text == "Parcel A-77 left."

    async def test_refused_sends(self, bench: Bench) -> None:
        """A parameter too few, one too many, one for the button; a template nobody approved; no permission."""
        bench.meet()
        await bench.call("POST", "me/message_templates", json=DEFINITION)
        more = [
            PARAMETERS[0],
            {"type": "body", "parameters": [*PARAMETERS[1]["parameters"], {"text": "x"}]},
            PARAMETERS[2],
        ]
        for components in (PARAMETERS[:1], more, PARAMETERS[:2]):
            assert code(await self.send(bench, components)) == (100, None)
        assert code(await self.send(bench, [], name="another")) == (10, 2018278)
        (kept,) = bench.meta.state.templates.values()
        kept.status = "PAUSED"
        assert code(await self.send(bench, PARAMETERS)) == (10, 2018278)
        bench.meta.state.tokens["EAAPAGETOKEN1"].scopes.discard("page_utility_messaging")
        assert code(await self.send(bench, PARAMETERS)) == (10, None)
        assert code(await bench.call("GET", "me/message_templates")) == (200, None)

    @pytest.mark.parametrize(
        "change",
        [
            {"name": "Shipment Update"},
            {"category": "MARKETING"},
            {"parameter_format": "ROMAN"},
            {"components": [HEADER]},
            {"components": [BODY, BODY]},
            {"components": [BODY | {"example": None}]},
            {"components": [BODY, {"type": "BUTTONS", "buttons": [{"type": "POSTBACK", "text": "x" * 21}]}]},
            {"library_template_name": "no_such_thing"},
        ],
    )
    async def test_refused_definitions(self, bench: Bench, change: dict[str, Any]) -> None:
        assert code(await bench.call("POST", "me/message_templates", json=DEFINITION | change)) == (100, None)

    async def test_list_filter_and_delete(self, bench: Bench) -> None:
        for language in ("en", "fr"):
            await bench.call("POST", "me/message_templates", json=DEFINITION | {"language": language})
        again = await bench.call("POST", "me/message_templates", json=DEFINITION)
        assert code(again) == (100, None)

        async def names(query: str) -> int:
            return len((await bench.call("GET", f"me/message_templates?{query}")).json()["data"])

        assert [await names(q) for q in ("", "language=fr", "content=parcel", "name_or_content=shipment")] == [
            2,
            1,
            2,
            2,
        ]
        assert [await names(q) for q in ("status=REJECTED", "name=other", "content=bread")] == [0, 0, 0]
        assert (await bench.call("DELETE", "me/message_templates?name=shipment_update_1")).json() == {"success": True}
        assert await names("") == 0
        assert code(await bench.call("DELETE", "me/message_templates?name=shipment_update_1")) == (100, None)

    async def test_library(self, bench: Bench) -> None:
        """Found by words, cloned by name, with the address of its button."""
        found = (await bench.call("GET", "message_template_library?name_or_content=order&language=en")).json()["data"]
        assert {template["name"] for template in found} == {"order_shipped", "order_delivered"}
        clone = {k: DEFINITION[k] for k in ("name", "language", "category")} | {
            "library_template_name": "order_shipped"
        }
        assert code(await bench.call("POST", "me/message_templates", json=clone)) == (100, None)
        clone["library_template_button_inputs"] = [{"type": "URL", "url": "https://shop.example.com/{{1}}"}]
        assert (await bench.call("POST", "me/message_templates", json=clone)).json()["status"] == "APPROVED"
        bench.meet()
        body = [{"type": "body", "parameters": [{"type": "text", "text": "A-77"}]}]
        sent = await self.send(bench, [*body, {"type": "buttons", "parameters": [{"type": "URL", "url": "77"}]}])
        assert sent.status_code == 200, sent.text
        (shown,) = bench.people.conversation(PAGE_ID, "ada").messages[-1].attachments
        assert shown["payload"]["elements"][0]["buttons"][0]["url"] == "https://shop.example.com/77"

    async def test_review_says_no(self, bench: Bench) -> None:
        bench.meta.options.template_review = "REJECTED"
        made = (await bench.call("POST", "me/message_templates", json=DEFINITION)).json()
        assert made["status"] == "REJECTED"
        fields = "rejected_reason,creation_time"
        (listed,) = (await bench.call("GET", f"me/message_templates?fields={fields}")).json()["data"]
        assert listed["rejected_reason"] == "INVALID_FORMAT"


async def test_stickers_take_an_app_token(bench: Bench) -> None:
    """Packs, a pack's stickers, search; a Page token is refused; what is found can be sent."""
    packs = (await bench.call("GET", "sticker_packs", token=APP_TOKEN)).json()["data"]
    inside = (await bench.call("GET", f"sticker_packs/{packs[0]['id']}/stickers", token=APP_TOKEN)).json()["data"]
    (found,) = (await bench.call("GET", "sticker_search?q=thank", token=APP_TOKEN)).json()["data"]
    assert found in inside
    assert code(await bench.call("GET", "sticker_packs")) == (10, None)
    assert code(await bench.call("GET", "sticker_packs/1/stickers", token=APP_TOKEN)) == (100, 33)
    sent = await bench.send(PAGE_ID, {"recipient": {"id": bench.meet()}, "message": {"sticker_id": int(found["id"])}})
    assert sent.status_code == 200


class TestModeration:
    async def moderate(self, bench: Bench, ids: list[str], *actions: str) -> httpx.Response:
        body = {"user_ids": [{"id": scoped} for scoped in ids], "actions": list(actions)}
        return await bench.call("POST", "me/moderate_conversations", json=body)

    async def test_block_and_spam(self, bench: Bench) -> None:
        """A blocked person can neither be written to nor write; spam is out of the list of conversations."""
        ada = bench.meet()
        assert (await self.moderate(bench, [ada], "block_user", "move_to_spam")).json() == {"success": True}
        assert code(await bench.text(PAGE_ID, "ada")) == (551, 1545041)
        with pytest.raises(Impossible, match="blocked this person"):
            bench.people.say(PAGE_ID, "ada", "hello?")
        assert (await bench.call("GET", "me/conversations")).json()["data"] == []
        spam = (await bench.call("GET", "me/conversations?folder=spam&fields=folder")).json()["data"]
        assert spam[0]["folder"] == "spam"
        assert [entry["id"] for entry in (await bench.call("GET", "me/blocked")).json()["data"]] == [ada]
        await self.moderate(bench, [ada], "unblock_user")
        assert (await bench.text(PAGE_ID, "ada")).status_code == 200

    async def test_who_was_unblocked_cannot_be_blocked_again_at_once(self, bench: Bench) -> None:
        ada = bench.meet()
        await self.moderate(bench, [ada], "block_user")
        await self.moderate(bench, [ada], "block_user")  # says what is so already
        await self.moderate(bench, [ada], "unblock_user")
        bench.clock.advance(bench.page.reblock_after - 1)
        assert code(await self.moderate(bench, [ada], "block_user")) == (3802, None)
        assert code(await bench.call("POST", "me/blocked", json={"psid": ada})) == (3802, None)
        bench.clock.advance(1)
        assert (await self.moderate(bench, [ada], "block_user")).json() == {"success": True}

    async def test_the_list_of_blocked_people_is_full_at_some_time(self, bench: Bench) -> None:
        """All of a call or nothing of it; whoever is unblocked makes room."""
        bench.page.most_blocked = 2
        ada, ben, cem = (bench.meet(person=name) for name in ("ada", "ben", "cem"))
        await self.moderate(bench, [ada], "block_user")
        assert code(await self.moderate(bench, [ben, cem], "block_user")) == (3801, None)
        assert not bench.people.conversation(PAGE_ID, "ben").banned
        await self.moderate(bench, [ada, ben], "block_user")
        assert code(await bench.call("POST", "me/blocked", json={"psid": cem})) == (3801, None)
        await bench.call("DELETE", f"me/blocked?psid={ada}")
        assert (await bench.call("POST", "me/blocked", json={"psid": cem})).status_code == 200

    async def test_the_old_edge(self, bench: Bench) -> None:
        ada = bench.meet()
        assert (await bench.call("POST", "me/blocked", json={"psid": ada})).status_code == 200
        assert code(await bench.text(PAGE_ID, "ada")) == (551, 1545041)
        assert (await bench.call("DELETE", f"me/blocked?psid={ada}")).json() == {"success": True}
        assert (await bench.text(PAGE_ID, "ada")).status_code == 200

    async def test_refused(self, bench: Bench) -> None:
        """Strangers, contradictions, more than ten people, more than two actions, a ban on Instagram."""
        ada, instagram = bench.meet(), bench.meet(INSTAGRAM_ID)
        cases = [
            (["999"], ("block_user",)),
            ([ada], ("block_user", "unblock_user")),
            ([ada], ("report",)),
            ([ada], ("block_user", "move_to_spam", "ban_user")),
            ([ada] * 11, ("block_user",)),
            ([], ("block_user",)),
            ([instagram], ("ban_user",)),
        ]
        for ids, actions in cases:
            assert code(await self.moderate(bench, ids, *actions)) == (100, None), (ids, actions)
        assert not bench.people.conversation(PAGE_ID, "ada").banned
        bench.meta.state.tokens["EAAPAGETOKEN1"].scopes.discard("business_management")
        assert code(await self.moderate(bench, [instagram], "block_user")) == (10, None)


async def test_a_menu_for_one_person(bench: Bench) -> None:
    ada = bench.meet()
    menu = [{"locale": "default", "call_to_actions": [{"type": "postback", "title": "My orders", "payload": "ORDERS"}]}]
    path = f"me/custom_user_settings?psid={ada}"
    assert (await bench.call("POST", path, json={"persistent_menu": menu})).json() == {"result": "success"}
    (shown,) = (await bench.call("GET", path)).json()["data"]
    assert shown["user_level_persistent_menu"] == menu
    assert code(await bench.call("POST", path, json={"persistent_menu": [{"locale": "xx"}]})) == (100, None)
    assert code(await bench.call("GET", "me/custom_user_settings?psid=999")) == (100, 2018001)
    assert (await bench.call("DELETE", f'{path}&params=["persistent_menu"]')).json() == {"result": "success"}
    assert "user_level_persistent_menu" not in (await bench.call("GET", path)).json()["data"][0]
    bench.page.privacy_limits = True
    assert code(await bench.call("GET", path)) == (10, 2018336)


async def test_insights(bench: Bench) -> None:
    """A value a day, counted or set; they need their permissions."""
    bench.meet()
    bench.page.insights = {"page_messages_reported_conversations_unique": 7}
    metrics = "page_messages_total_messaging_connections,page_messages_reported_conversations_unique"
    told = (await bench.call("GET", f"me/insights?metric={metrics}&period=day")).json()["data"]
    assert [[value["value"] for value in series["values"]] for series in told] == [[1, 1], [7, 7]]
    assert told[0]["values"][-1]["end_time"] == "2026-11-22T08:00:00+0000"
    for query in ("metric=page_likes", "metric=", f"metric={metrics}&since=2026-11-22&until=2026-11-21"):
        assert code(await bench.call("GET", f"me/insights?{query}")) == (100, None)
    bench.meta.state.tokens["EAAPAGETOKEN1"].scopes.discard("read_insights")
    assert code(await bench.call("GET", f"me/insights?metric={metrics}")) == (200, None)


def proof(token: str) -> str:
    return hmac.new(b"s3cr3t-app-secret-for-tests", token.encode(), hashlib.sha256).hexdigest()


async def test_id_matching(bench: Bench, other: str) -> None:
    """The same person on the other Page of the business, by PSID with the Page token or by app-scoped id."""
    bench.meta.state.identity.businesses["550000000000001"].owned_pages.add(OTHER_PAGE)
    here, there = bench.meet(), bench.meet(OTHER_PAGE)
    bench.meta.state.people["ada"].user = "7400000000000001"
    token = "EAAPAGETOKEN1"
    found = (await bench.call("GET", f"{here}/ids_for_pages?appsecret_proof={proof(token)}")).json()["data"]
    assert {entry["page"]["id"]: entry["id"] for entry in found} == {PAGE_ID: here, OTHER_PAGE: there}
    query = f"page={OTHER_PAGE}&appsecret_proof={proof(APP_TOKEN)}"
    (one,) = (await bench.call("GET", f"7400000000000001/ids_for_pages?{query}", token=APP_TOKEN)).json()["data"]
    assert one["id"] == there
    assert code(await bench.call("GET", f"{here}/ids_for_pages")) == (100, None)
    assert code(await bench.call("GET", f"{here}/ids_for_pages?appsecret_proof={proof(other)}", token=other)) == (
        100,
        33,
    )
    bench.meta.state.people["ada"].user = USER_ID
    bench.meta.state.identity.grant(USER_ID, APP_ID)
    (app,) = (await bench.call("GET", f"{here}/ids_for_apps?appsecret_proof={proof(token)}")).json()["data"]
    assert (app["id"], app["app"]["id"]) == (USER_ID, APP_ID)
