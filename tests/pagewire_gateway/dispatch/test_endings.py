"""What Meta will end is counted with each use, and told once."""

import logging
from datetime import date

import pytest

from pagewire.deprecations import Notice
from pagewire_gateway.dispatch.endings import Endings
from pagewire_gateway.telemetry import metrics

NOTICE = Notice(key="tag:X", name="tag X", ends=date(2027, 1, 1), instead="use Y")


def test_told_once_counted_always(caplog: pytest.LogCaptureFixture) -> None:
    before = metrics.ending.values[("shop-of-endings", "tag:X")]
    endings = Endings("shop-of-endings")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            endings.note((NOTICE,))
    assert metrics.ending.values[("shop-of-endings", "tag:X")] == before + 3
    [said] = [record.getMessage() for record in caplog.records]
    assert said == "plugin shop-of-endings uses what Meta will end: tag X ends on 2027-01-01: use Y"
