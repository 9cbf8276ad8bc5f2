"""The Messenger profile: what is absent, what is empty, and what is read. Its limits are in the table."""

from msgspec.structs import fields

from pagewire.resources import MessengerPage, decode

from .documents import page
from .table import EMPTY, FULL


def test_a_whole_profile_is_read():
    found = decode(page(profile=FULL))
    assert isinstance(found, MessengerPage)
    assert found.spec.profile is not None
    assert found.spec.profile.persistent_menu is not None
    assert found.spec.profile.persistent_menu[0].call_to_actions[1].url == "https://shop.example.com/"
    assert found.spec.profile.account_linking_url == "https://shop.example.com/link"


def test_what_is_absent_is_not_the_same_as_what_is_empty():
    found = decode(page(profile={"iceBreakers": []}))
    assert isinstance(found, MessengerPage)
    assert found.spec.profile is not None
    assert (found.spec.profile.ice_breakers, found.spec.profile.greeting) == ([], None)


def test_every_property_can_be_empty():
    found = decode(page(profile=EMPTY))
    assert isinstance(found, MessengerPage)
    profile = found.spec.profile
    assert profile is not None
    assert set(EMPTY) == {field.encode_name for field in fields(profile)}
    assert profile.get_started is not None
    assert profile.get_started.payload is None
    assert profile.account_linking_url == ""
