"""Fifty conversations on one Page at ten times its limit: no limit of Meta's is broken, order holds, nothing is lost."""

import pytest

from tests.pagewire_gateway.outbox.flood import PEOPLE, flood


@pytest.mark.slow(10)
async def test_a_page_at_ten_times_its_limit(tmp_path):
    counted = await flood(tmp_path, seconds=1.0, a_second=300, drain=True)
    assert counted.violations == []
    assert counted.disorder == 0
    assert (counted.sent, counted.waiting, counted.ended) == (300, 0, 0)
    assert counted.peak <= 40
    assert PEOPLE == 50
