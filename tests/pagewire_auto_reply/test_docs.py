"""The reference page names every field, and its examples are read as they stand."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from pagewire_auto_reply import Config, shapes
from pagewire_auto_reply.templates import PROFILE

PAGE = (Path(__file__).parents[2] / "docs/reference/plugins/auto-reply.md").read_text()
STRUCTS: list[type[msgspec.Struct]] = [
    Config,
    shapes.Rule,
    shapes.When,
    shapes.ReferralWhen,
    shapes.CommentWhen,
    shapes.ReplyPart,
    shapes.QuickReplyPart,
    shapes.MediaPart,
    shapes.Variant,
    shapes.HandOver,
    shapes.Faq,
    shapes.FaqEntry,
    shapes.Llm,
    shapes.Pace,
    shapes.BusinessHours,
    shapes.Holiday,
    shapes.Quiet,
    shapes.Disclosure,
    shapes.Limit,
]
FIELDS = {field.encode_name for struct in STRUCTS for field in msgspec.structs.fields(struct)}


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", PROFILE)
def test_every_variable_is_documented(name: str) -> None:
    assert f"`{{{name}}}`" in PAGE


def test_the_examples_are_valid() -> None:
    examples: list[dict[str, Any]] = [
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    ]
    found = [msgspec.convert(plugin["config"], Config) for example in examples for plugin in example["plugins"]]
    assert [len(one.rules) for one in found] == [6, 5, 0, 1]
