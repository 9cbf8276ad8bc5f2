"""A resource does not send lines to a private address; what the environment names is the operator's own affair."""

import pytest

from pagewire.outbound import VARIABLE
from pagewire_logging.config import S3
from pagewire_logging.sinks.errors import SinkError
from pagewire_logging.sinks.going import may_go
from pagewire_logging.sinks.otlp import OtlpSink

METADATA = "http://169.254.169.254/v1/logs"


def test_lines_do_not_go_to_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(SinkError, match=VARIABLE):
        OtlpSink(METADATA, None).append([])
    with pytest.raises(SinkError, match=VARIABLE):
        may_go(S3(bucket="lines", endpoint="http://127.0.0.1:9000").endpoint)


def test_they_do_where_the_network_is_allowed_and_where_the_environment_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "169.254.0.0/16")
    may_go(METADATA)
    monkeypatch.delenv(VARIABLE)
    may_go(None)
