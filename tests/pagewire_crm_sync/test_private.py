"""A sink at a private address gets nothing unless the gateway's operator allows its network."""

import msgspec
import pytest

from pagewire.errors import TryLater
from pagewire.outbound import VARIABLE
from pagewire_crm_sync import Config, CrmSync
from tests.pagewire_crm_sync.sink_server import Sink
from tests.pagewire_crm_sync.world import HookContext, message


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}/contacts", "http://localhost:{}/contacts"])
async def test_a_sink_at_a_private_address_is_not_reached(
    sink: Sink, plugin: CrmSync, config: Config, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(VARIABLE, "10.0.0.0/8")
    private = msgspec.structs.replace(config, url=url.format(sink.port))
    with pytest.raises(TryLater) as later:
        await plugin.event_received(message(), HookContext(private))
    assert VARIABLE in str(later.value)
    assert sink.requests == []
