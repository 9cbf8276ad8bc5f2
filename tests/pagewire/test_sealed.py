"""A secret shows itself only to who asks for it."""

import copy
import json
import logging
import pickle

import msgspec
import pytest

from pagewire_gateway.registry import Sealed


@pytest.mark.parametrize("value", ["EAASECRET", b"EAASECRET"])
def test_a_secret_is_shown_nowhere(value: str | bytes, caplog: pytest.LogCaptureFixture):
    sealed = Sealed(value)
    logging.getLogger(__name__).error("%s %r %s", sealed, sealed, {"token": sealed})
    shown = [repr(sealed), str(sealed), f"{sealed}", f"{[sealed]!r}", caplog.text]
    assert all("***" in one and "SECRET" not in one for one in shown)
    assert sealed.reveal() == value


@pytest.mark.parametrize(
    "leave", [json.dumps, msgspec.json.encode, msgspec.to_builtins, pickle.dumps, copy.copy, copy.deepcopy, hash]
)
def test_a_secret_leaves_by_no_other_door(leave):
    with pytest.raises(TypeError):
        leave(Sealed("EAASECRET"))


def test_secrets_are_compared_by_value():
    assert Sealed("a") == Sealed("a")
    assert Sealed("a") != Sealed("b")
    assert Sealed("é") == Sealed("é")
    assert Sealed("a") != "a"
