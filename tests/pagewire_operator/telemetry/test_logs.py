"""The operator's own log as OTLP."""

import logging

import pytest

from pagewire.kube import ObjectName
from pagewire_operator.model import Key
from pagewire_operator.telemetry import Telemetry
from tests.otlp.receiver import receiving

LOG = logging.getLogger("pagewire_operator.machine")


def test_lines_name_resources_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    telemetry = Telemetry()
    with receiving() as receiver:
        for name, value in receiver.environment.items():
            monkeypatch.setenv(name, value)
        with telemetry.exporting(receiver.environment):
            LOG.error("%s: a fault of the operator", Key("MessengerPage", "support", "harbour"))
            LOG.warning("Secret %s may not be read: %s", ObjectName("support", "harbour-token"), "EAASECRET")
            logging.getLogger("kopf.objects").error("EAASECRET")
    first, second, third = receiver.lines
    assert first.body == "MessengerPage support/harbour: a fault of the operator"
    assert (first.service, first.severity) == ("pagewire-operator", "ERROR")
    assert second.body == "Secret support/harbour-token may not be read: *"
    assert (third.logger, third.body) == ("kopf.objects", "*")
    assert 'signal="logs"' in telemetry.text().decode()
