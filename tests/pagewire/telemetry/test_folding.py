"""Series of single resources."""

from pagewire.telemetry.folding import MOST, folded


def test_few_resources_have_series_of_their_own():
    rows = [(("MessengerPage", "support", f"page-{number}"), float(number)) for number in range(MOST)]
    assert folded(rows, min) == rows


def test_many_resources_are_one_series_that_tells_the_worst():
    rows = [(("MessengerPage", "support", f"page-{number}", "Ready"), float(number)) for number in range(MOST + 1)]
    other = (("InstagramAccount", "support", "shop", "Ready"), 7.0)
    assert folded([*rows, other], min) == [(("MessengerPage", "", "", "Ready"), 0.0), other]
    assert folded(rows, max) == [(("MessengerPage", "", "", "Ready"), float(MOST))]
