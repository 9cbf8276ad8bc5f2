"""Settings from options and variables, and what is said of those that cannot be used."""

from pathlib import Path

import pytest

from pagewire_operator.config import Address, Settings, SettingsError, settings, variables


def test_everything_has_a_default() -> None:
    assert settings({}, {}) == Settings()


def test_variables_are_read_and_options_win() -> None:
    given = {"namespaces": (), "listen": Address("127.0.0.1", 1), "lease.enabled": None, "kubeconfig": Path("k")}
    environment = {
        "PAGEWIRE_NAMESPACES": "one, two,",
        "PAGEWIRE_LISTEN": "127.0.0.1:2",
        "PAGEWIRE_LEADER_ELECTION": "false",
        "PAGEWIRE_WORKERS": "3",
        "PAGEWIRE_AUDIT": "1.5",
    }
    read = settings(given, environment)
    assert read.namespaces == ("one", "two")
    assert read.listen == Address("127.0.0.1", 1)
    assert read.kubeconfig == Path("k")
    assert (read.lease.enabled, read.workers, read.audit) == (False, 3, 1.5)
    assert settings({"namespaces": ("three",), "lease.enabled": True}, environment).namespaces == ("three",)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PAGEWIRE_WORKERS": "many"}, "PAGEWIRE_WORKERS"),
        ({"PAGEWIRE_WORKERS": "0"}, "PAGEWIRE_WORKERS"),
        ({"PAGEWIRE_LISTEN": "8081"}, "PAGEWIRE_LISTEN.*HOST:PORT"),
        ({"PAGEWIRE_LISTEN": "127.0.0.1:99999"}, "PAGEWIRE_LISTEN"),
        ({"PAGEWIRE_NAMESPACES": "Team_A"}, "PAGEWIRE_NAMESPACES.*Team_A"),
        ({"PAGEWIRE_LOG_FORMAT": "xml"}, "PAGEWIRE_LOG_FORMAT"),
        ({"PAGEWIRE_LEASE_RETRY": "11"}, "PAGEWIRE_LEASE_RETRY must be less than"),
        ({"PAGEWIRE_LEASE_DURATION": "9"}, "less than PAGEWIRE_LEASE_DURATION"),
    ],
)
def test_what_cannot_be_used_is_named(environment: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        settings({}, environment)


OTHER = {
    "PAGEWIRE_NAMESPACES": "team",
    "PAGEWIRE_LISTEN": "127.0.0.1:1",
    "PAGEWIRE_LOG_FORMAT": "text",
    "PAGEWIRE_LEADER_ELECTION": "false",
    "PAGEWIRE_LEASE_NAME": "mine",
    "PAGEWIRE_LEASE_NAMESPACE": "team",
    "PAGEWIRE_LEASE_DURATION": "20",
    "PAGEWIRE_LEASE_RENEW_DEADLINE": "5",
}


@pytest.mark.parametrize("name", variables())
def test_every_variable_changes_something(name: str) -> None:
    assert settings({}, {name: OTHER.get(name, "1")}) != Settings()
