"""A process of a plugin is told each configuration once, before the first call that has it, and drops those no call names."""

import pytest

from pagewire_gateway.apart.keeping import Keeping, Told


def test_the_same_configuration_is_told_once_and_another_that_is_equal_again():
    said = []
    told, keeping = Told(said.append), Keeping()
    first, second = ["greeting"], ["greeting"]
    numbers = [told.number(each) for each in (first, second, first)]
    assert (len(said), numbers[0] == numbers[2], numbers[0] == numbers[1]) == (2, True, False)
    for each in said:
        keeping.keep(each)
    assert keeping.value(numbers[0]) is first
    assert keeping.value("no number") == "no number"


def test_after_many_others_one_is_told_again_and_nothing_old_is_kept():
    keeping = Keeping()
    told = Told(keeping.keep)
    oldest = ["oldest"]
    before = told.number(oldest)
    many = [[number] for number in range(1500)]
    assert [keeping.value(told.number(each)) for each in many] == many
    assert keeping.value(told.number(oldest)) is oldest
    assert told.number(oldest) != before
    assert len(keeping._values) <= 1024


def test_what_could_not_be_told_is_told_at_the_next_call():
    said = []

    def say(keep):
        said.append(keep)
        if len(said) == 1:
            raise TypeError("cannot pickle it")

    told, config = Told(say), ["greeting"]
    with pytest.raises(TypeError):
        told.number(config)
    told.number(config)
    assert len(said) == 2
