"""OTLP over HTTP, read by the protocol's own messages on the other side."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from pagewire.errors import TryLater
from pagewire_logging import Logging
from tests.pagewire_logging.making import ACCOUNT, HAPPENED, NOW, SECRETS, Desk, config, message, telling


class Collector(ThreadingHTTPServer):
    """Takes logs as a collector does, until it is told to refuse."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[ExportLogsServiceRequest] = []
        self.paths: set[tuple[str, str | None]] = set()
        self.status = 200

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/logs"

    @property
    def records(self) -> list[Any]:
        found = [one for request in self.requests for part in request.resource_logs for one in part.scope_logs]
        return [record for scope in found for record in scope.log_records]


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.paths.add((self.path, self.headers.get("authorization")))
        if self.server.status == 200:
            self.server.requests.append(ExportLogsServiceRequest.FromString(body))
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to tell."""


@contextmanager
def running() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        collector.shutdown()
        thread.join()
        collector.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with running() as one:
        yield one


def attributes(record: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in record.attributes}


async def test_a_record_a_line(collector: Collector, tmp_path: Path) -> None:
    (tmp_path / "headers").write_text("Authorization: Bearer sesame\n\n")
    plugin = Logging(clock=NOW.timestamp)
    otlp = {"endpoint": collector.address, "headersFile": str(tmp_path / "headers")}
    await plugin.event_received(telling(), Desk(config(destination="otlp", otlp=otlp)))
    await plugin.plugin_stopped()
    (record,) = collector.records
    body = {one.key: one.value for one in record.body.kvlist_value.values}
    assert collector.paths == {("/v1/logs", "Bearer sesame")}
    assert attributes(record) == {
        "log.record.uid": telling().id,
        "pagewire.line.schema": "pagewire.dev/event-log/v1",
        "pagewire.event.type": "message",
    }
    assert (record.event_name, record.severity_text) == ("pagewire.event_log", "INFO")
    assert record.time_unix_nano == int(HAPPENED.timestamp()) * 10**9
    assert record.observed_time_unix_nano == int(NOW.timestamp()) * 10**9
    assert (body["account"].string_value, body["lag_ms"].int_value) == (ACCOUNT, 350)
    assert [secret for secret in SECRETS if secret in str(collector.requests)] == []


async def test_a_repeat_has_the_same_uid(collector: Collector) -> None:
    desk = Desk(config(destination="otlp", otlp={"endpoint": collector.address}))
    plugin = Logging()
    await plugin.event_received(message(1), desk)
    desk.attempt = 2
    await plugin.event_received(message(1), desk)
    await plugin.plugin_stopped()
    assert [attributes(one)["log.record.uid"] for one in collector.records] == [message(1).id] * 2


async def test_the_environment_says_where_if_the_configuration_does_not(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", collector.address)
    plugin = Logging()
    await plugin.event_received(message(), Desk(config(destination="otlp")))
    await plugin.plugin_stopped()
    assert len(collector.records) == 1


async def test_a_collector_that_refuses(collector: Collector) -> None:
    desk = Desk(config(destination="otlp", otlp={"endpoint": collector.address}))
    plugin, collector.status = Logging(), 400
    with pytest.raises(TryLater, match="did not take the lines; see that it runs and has an OTLP receiver for logs"):
        await plugin.event_received(message(), desk)
    collector.status = 200
    await plugin.event_received(message(), desk)
    await plugin.plugin_stopped()
    assert len(collector.records) == 1


@pytest.mark.parametrize(("holds", "reason"), [(None, "cannot be read"), ("sesame", "holds a line without a colon")])
async def test_headers_that_are_none(tmp_path: Path, holds: str | None, reason: str) -> None:
    if holds:
        (tmp_path / "headers").write_text(holds)
    otlp = {"endpoint": "http://127.0.0.1:9/v1/logs", "headersFile": str(tmp_path / "headers")}
    plugin = Logging()
    with pytest.raises(TryLater, match=reason) as later:
        await plugin.event_received(message(), Desk(config(destination="otlp", otlp=otlp)))
    assert "sesame" not in later.value.reason
    await plugin.plugin_stopped()
