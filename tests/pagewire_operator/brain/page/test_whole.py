"""A Page and Meta together: applied, mended, disturbed."""

from pagewire.resources import ManagementPolicy
from pagewire.simulator.world import INSTAGRAM_ID, PAGE_ID
from tests.pagewire_operator.brain.manifests import PROFILE, base, page, secret, token
from tests.pagewire_operator.brain.world import MINUTE, Stage

MP, NAME = "MessengerPage", "harbour"
BOTH = {"messages", "messaging_postbacks"}
APP = "990000000000001"


async def test_a_page_becomes_ready() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP: BOTH}
        assert set(stage.sim.settings.profile(PAGE_ID)) == {
            "get_started",
            "greeting",
            "persistent_menu",
            "ice_breakers",
            "whitelisted_domains",
        }
        status = stage.status(MP, NAME)
        assert (status.name, status.instagram_account_id) == ("Harbour Bakery", INSTAGRAM_ID)
        assert status.subscribed_fields == sorted(BOTH)
        assert status.last_changed_at == "2026-11-22T00:00:00Z"
        assert [one.type for one in status.conditions] == [
            "Ready",
            "Synced",
            "TokenValid",
            "PermissionsGranted",
            "Subscribed",
            "ProfileSynced",
        ]


async def test_what_was_there_already_is_told_once_and_then_ours() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        assert stage.told("Found") == []
        stage.delete(MP, NAME)
        await stage.settle()
        stage.apply(page(profile=PROFILE))
        await stage.settle()
        stage.later(10 * MINUTE)
        await stage.look(MP)
        (told,) = stage.told("Found")
        assert "greeting" in told
        assert "messages" in told
        assert stage.told("DriftFound") == []


async def test_nothing_changes_while_nothing_changes() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        stage.sim.calls.clear()
        writes, events = stage.writes, len(stage.events)
        for _ in range(6):
            stage.later(10 * MINUTE)
            await stage.look(MP)
        assert (stage.writes, len(stage.events)) == (writes, events)
        assert stage.calls(method="POST") == stage.calls(method="DELETE") == 0
        # An hour of one Page: a look at its fields and profile each time, and once at its name.
        assert (stage.calls("subscribed_apps"), stage.calls("messenger_profile"), stage.calls("node")) == (6, 6, 1)


async def test_a_page_unsubscribed_at_meta_is_told_and_mended() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.settings.unsubscribe(PAGE_ID)
        stage.later(10 * MINUTE)
        await stage.look(MP)
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP: BOTH}
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        assert [event.reason for event in stage.events[-3:]] == ["DriftFound", "Changed", "SubscriptionDisabled"]
        (silence,) = stage.told("SubscriptionDisabled")
        assert "between 2026-11-22T00:00:00Z and 2026-11-22T00:10:00Z" in silence


async def test_an_observed_drift_is_told_once_and_not_mended() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.edit(MP, NAME, management_policy=ManagementPolicy.OBSERVE)
        await stage.settle()
        stage.sim.settings.unsubscribe(PAGE_ID)
        for _ in range(3):
            stage.later(10 * MINUTE)
            await stage.look(MP)
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert len(stage.told("DriftFound")) == 1
        assert stage.said(MP, NAME, "Subscribed") == ("False", "NotSubscribed")
        (step,) = stage.status(MP, NAME).plan
        assert step.action == "Subscribe"
        stage.edit(MP, NAME, management_policy=ManagementPolicy.MANAGE)
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        assert stage.status(MP, NAME).plan == []


async def test_a_profile_edited_by_hand_is_told_and_mended() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        stage.sim.settings.edit_profile(PAGE_ID, {"greeting": [{"locale": "default", "text": "Buy now!"}]})
        stage.later(10 * MINUTE)
        await stage.look(MP)
        assert stage.sim.settings.profile(PAGE_ID)["greeting"][0]["text"] == "Ahoy {{user_first_name}}!"
        (drift,) = stage.told("DriftFound")
        assert drift == f"Page {PAGE_ID} was changed at Meta by somebody else: greeting"
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_what_somebody_else_set_in_the_profile_is_left_unless_adopting() -> None:
    async with Stage(*base()) as stage:
        stage.sim.settings.edit_profile(PAGE_ID, {"greeting": [{"locale": "default", "text": "Old words"}]})
        stage.apply(page(profile=PROFILE))
        await stage.settle()
        assert stage.ready(MP, NAME) == ("False", "ExistingResourceConflict")
        assert "greeting" in stage.condition(MP, NAME, "Ready").message
        assert stage.sim.settings.profile(PAGE_ID)["greeting"][0]["text"] == "Old words"
        assert "get_started" in stage.sim.settings.profile(PAGE_ID)
        stage.apply(page(profile=PROFILE, adoptionPolicy="Adopt"))
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        assert stage.status(MP, NAME).adopted == ["profile.greeting"]
        assert len(stage.told("Adopted")) == 1


async def test_a_property_that_the_spec_drops_stays_and_an_empty_one_is_cleared() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        left = {name: value for name, value in PROFILE.items() if name != "greeting"}
        stage.later(10 * MINUTE)
        stage.apply(page(profile={**left, "persistentMenu": [], "getStarted": {}}))
        await stage.settle()
        assert set(stage.sim.settings.profile(PAGE_ID)) == {"greeting", "ice_breakers", "whitelisted_domains"}
        status = stage.status(MP, NAME)
        assert status.profile.unmanaged == ["greeting"]
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_metas_defaults_are_no_drift() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        stage.sim.settings.options.profile_defaults = True
        stage.sim.settings.options.profile_shape = "each"
        await stage.settle()
        stage.later(10 * MINUTE)
        await stage.look(MP)
        assert stage.calls("messenger_profile", "POST") == 1
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_a_rejected_field_is_named_and_not_tried_in_a_loop() -> None:
    async with Stage(*base(page())) as stage:
        stage.sim.settings.refuse_field("messaging_postbacks", "unknown")
        await stage.settle()
        assert stage.ready(MP, NAME) == ("False", "FieldRejected")
        assert stage.said(MP, NAME, "Stalled") == ("True", "FieldRejected")
        assert "messaging_postbacks" in stage.condition(MP, NAME, "Subscribed").message
        assert stage.outcome(MP, NAME).again == 3600.0
        stage.sim.settings.accept_field("messaging_postbacks")
        stage.later(3600.0)
        await stage.look(MP)
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_a_field_without_its_permission_names_the_permission() -> None:
    async with Stage(*base(page())) as stage:
        stage.sim.settings.refuse_field("messages", "permission")
        await stage.settle()
        assert stage.said(MP, NAME, "PermissionsGranted") == ("False", "MissingPermission")
        assert "pages_messaging" in stage.condition(MP, NAME, "PermissionsGranted").message
        assert stage.outcome(MP, NAME).again == 3600.0


async def test_meta_away_leaves_the_page_ready_and_says_so() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.faults.inject("html", edge="*", times=None)
        pauses = []
        for _ in range(10):
            stage.later(MINUTE)
            await stage.look(MP)
            pauses.append(stage.outcome(MP, NAME).again)
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        assert stage.said(MP, NAME, "Synced") == ("False", "GraphUnavailable")
        assert pauses[:3] == [7.0, 14.0, 28.0]
        assert pauses[-1] == 600.0
        assert len(stage.told("GraphUnavailable")) == 1
        stage.sim.faults.clear()
        stage.later(MINUTE)
        await stage.look(MP)
        assert stage.said(MP, NAME, "Synced") == ("True", "Reconciled")
        assert stage.outcome(MP, NAME).again == 600.0


async def test_a_new_page_is_not_ready_while_meta_is_away() -> None:
    async with Stage(*base()) as stage:
        await stage.settle()
        stage.sim.faults.inject("drop", edge="*", times=None)
        stage.apply(page())
        await stage.settle()
        assert stage.ready(MP, NAME) == ("Unknown", "GraphUnavailable")
        stage.sim.faults.clear()
        stage.later(MINUTE)
        await stage.look()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_an_edit_while_meta_is_away_is_not_called_done() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.faults.inject("html", edge="*", times=None)
        stage.edit(MP, NAME, subscribed_fields=["messages", "standby"])
        await stage.settle()
        assert stage.ready(MP, NAME) == ("Unknown", "GraphUnavailable")
        assert stage.condition(MP, NAME, "Ready").observed_generation == 2


async def test_a_throttled_page_is_left_in_peace() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.identity.set_usage("pages", PAGE_ID, 100, regain_minutes=7)
        stage.later(10 * MINUTE)
        await stage.look(MP)
        assert stage.said(MP, NAME, "Synced")[1] in {"RateLimited", "Throttled"}
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        again = stage.outcome(MP, NAME).again
        assert again is not None
        assert again >= 7 * MINUTE
        stage.sim.calls.clear()
        for _ in range(5):
            stage.later(MINUTE)
            await stage.look(MP)
        assert stage.calls() == 0
        stage.sim.identity.set_usage("pages", PAGE_ID, None)
        stage.later(60 * MINUTE)
        await stage.look(MP)
        assert stage.said(MP, NAME, "Synced") == ("True", "Reconciled")


async def test_a_revoked_token_stops_all_calls_until_a_new_one_comes() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.identity.invalidate("EAAPAGETOKEN1", 460)
        stage.later(10 * MINUTE)
        await stage.look()
        assert stage.ready(MP, NAME)[0] == "False"
        assert stage.said(MP, NAME, "TokenValid")[0] == "False"
        assert stage.said(MP, NAME, "Subscribed")[0] == "Unknown"
        stage.sim.calls.clear()
        for _ in range(6):
            stage.later(10 * MINUTE)
            await stage.look(MP)
        assert stage.calls() == 0
        new = stage.sim.identity.issue_token("PAGE", account=PAGE_ID)
        stage.apply(secret("harbour-token", token=new))
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_what_a_page_finds_out_its_token_is_asked_at_once() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.identity.invalidate("EAAPAGETOKEN1", 460)
        stage.later(10 * MINUTE)
        await stage.look(MP)
        assert stage.said(MP, NAME, "TokenValid") == ("False", "TokenInvalid")
        assert stage.said("AccessToken", NAME, "TokenValid") == ("False", "TokenInvalid")
        assert stage.outcome(MP, NAME).again == 3600.0
        stage.apply(secret("harbour-token", token=stage.sim.identity.issue_token("PAGE", account=PAGE_ID)))
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_a_deleted_secret_is_told_and_its_return_noticed() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.delete("Secret", "harbour-token")
        await stage.settle()
        assert stage.ready(MP, NAME)[0] == "False"
        assert stage.said(MP, NAME, "TokenValid")[0] == "False"
        stage.apply(secret("harbour-token", token="EAAPAGETOKEN1"))
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_a_deleted_app_secret_is_told_and_its_return_noticed() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        app_secret = stage.world.secret("support", "acme-app")
        assert app_secret is not None
        stage.delete("Secret", "acme-app")
        await stage.settle()
        await stage.look()
        assert stage.ready("MessengerApp", "acme") == ("False", "SecretNotFound")
        assert stage.said(MP, NAME, "Synced") == ("False", "SecretNotFound")
        stage.world.put_secret(app_secret)
        stage.touched_secret("acme-app")
        await stage.settle()
        assert stage.ready("MessengerApp", "acme") == ("True", "Reconciled")
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_a_revoked_scope_is_named() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.identity.revoke_scope("EAAPAGETOKEN1", "pages_messaging")
        stage.later(10 * MINUTE)
        await stage.look()
        assert stage.said(MP, NAME, "PermissionsGranted")[0] == "False"
        assert "pages_messaging" in stage.condition(MP, NAME, "PermissionsGranted").message
        assert stage.ready(MP, NAME)[0] == "False"


async def test_the_wrong_token_is_refused_before_meta_is_asked() -> None:
    other = token("other", pageId="108000000000099")
    async with Stage(*base(secret("other-token", token="EAAOTHER"), other, page(tokenRef={"name": "other"}))) as stage:
        await stage.settle()
        assert stage.said(MP, NAME, "TokenValid") == ("False", "WrongTokenType")
        assert "108000000000099" in stage.condition(MP, NAME, "TokenValid").message
        assert stage.calls("subscribed_apps") == 0


async def test_a_page_without_a_token_says_what_is_missing_only_if_it_is() -> None:
    plain = page("plain", pageId="108000000000002", subscribedFields=[])
    del plain["spec"]["tokenRef"]
    wants = page()
    del wants["spec"]["tokenRef"]
    async with Stage(*base(plain, wants)) as stage:
        await stage.settle()
        assert stage.ready(MP, "plain") == ("True", "Reconciled")
        assert stage.ready(MP, NAME)[1] == "TokenNotFound"
        assert "spec.tokenRef" in stage.condition(MP, NAME, "Ready").message


async def test_other_apps_and_fields_of_others_are_told() -> None:
    async with Stage(*base()) as stage:
        stage.sim.settings.install(PAGE_ID, ["feed"])
        stage.apply(page())
        await stage.settle()
        assert stage.status(MP, NAME).unmanaged_fields == ["feed"]
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP: BOTH | {"feed"}}
        stage.edit(MP, NAME, subscribed_fields=["messages"])
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP: {"messages", "feed"}}


async def test_the_profiles_few_calls_are_not_burnt() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        stage.sim.calls.clear()
        for number in range(30):  # somebody edits the Page every 20 seconds
            stage.edit(MP, NAME, subscribed_fields=["messages", ["standby", "message_reads"][number % 2]])
            stage.later(20.0)
            await stage.settle()
        assert stage.sim.calls.failed(edge="messenger_profile") == 0
        assert stage.calls("messenger_profile") <= 10


async def test_many_edits_of_the_profile_end_in_the_last_one() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        for number in range(12):
            stage.apply(page(profile={**PROFILE, "greeting": [{"text": f"Words number {number}"}]}))
            await stage.settle()
            stage.later(5.0)
        assert stage.said(MP, NAME, "ProfileSynced")[0] in {"True", "False", "Unknown"}
        assert stage.sim.calls.failed(edge="messenger_profile") == 0
        stage.later(15 * MINUTE)
        await stage.look(MP)
        assert stage.sim.settings.profile(PAGE_ID)["greeting"][0]["text"] == "Words number 11"
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_a_refused_profile_does_not_burn_the_calls() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        stage.sim.faults.inject("error", edge="messenger_profile", method="POST", code=100, times=None)
        await stage.settle()
        assert stage.ready(MP, NAME) == ("False", "ProfileRejected")
        assert stage.outcome(MP, NAME).again == 3600.0
        assert stage.said(MP, NAME, "Subscribed")[0] == "True"
        for _ in range(10):  # whatever else makes it be looked at again
            await stage.look(MP)
        assert stage.calls("messenger_profile", "POST") == 1
        assert stage.calls("messenger_profile", "GET") == 1
        stage.sim.faults.clear()
        stage.apply(page(profile={**PROFILE, "greeting": [{"text": "Better words"}]}))
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_meta_s_limit_of_profile_calls_concerns_the_profile_alone() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.faults.inject("error", edge="messenger_profile", code=613, times=None)
        stage.apply(page(profile=PROFILE))
        await stage.settle()
        assert stage.said(MP, NAME, "ProfileSynced") == ("Unknown", "RateLimited")
        assert stage.said(MP, NAME, "Subscribed") == ("True", "Reconciled")
        again = stage.outcome(MP, NAME).again
        assert again is not None
        assert again >= MINUTE
        stage.sim.faults.clear()
        stage.later(10 * MINUTE)
        await stage.look(MP)
        assert stage.ready(MP, NAME) == ("True", "Reconciled")


async def test_what_hides_the_pages_name_does_not_keep_its_fields_from_being_set() -> None:
    async with Stage(*base()) as stage:
        await stage.settle()
        stage.sim.faults.inject("error", edge="node", account=PAGE_ID, code=10, times=None)
        stage.apply(page())
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        assert stage.status(MP, NAME).name is None


async def test_asked_to_look_now_it_looks_now() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        stage.sim.settings.edit_profile(PAGE_ID, {"greeting": [{"locale": "default", "text": "Buy now!"}]})
        stage.later(5.0)
        stage.annotate(MP, NAME, reconcile_at="2026-11-22T00:00:05Z")
        await stage.settle()
        assert stage.sim.settings.profile(PAGE_ID)["greeting"][0]["text"] == "Ahoy {{user_first_name}}!"
        assert stage.status(MP, NAME).last_handled_reconcile_at == "2026-11-22T00:00:05Z"


async def test_paused_nothing_is_looked_at_and_ready_stays() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.annotate(MP, NAME, paused="true")
        await stage.settle()
        stage.sim.calls.clear()
        stage.sim.settings.unsubscribe(PAGE_ID)
        stage.edit(MP, NAME, subscribed_fields=["messages"])
        await stage.settle()
        assert stage.calls() == 0
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        assert stage.said(MP, NAME, "Paused") == ("True", "Paused")
        assert stage.outcome(MP, NAME).again is None
        stage.annotate(MP, NAME, paused="false")
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP: {"messages"}}
        assert "Paused" not in [one.type for one in stage.status(MP, NAME).conditions]
