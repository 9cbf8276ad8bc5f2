"""The reference page names every field, and its examples are read as they stand."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from pagewire_logging import SCHEMA, Config, Line
from pagewire_logging.config import S3, HashIds, Include, Otlp, Postgres, Rotation
from pagewire_logging.forgotten import DELETION_SCHEMA, DeletionLine
from pagewire_logging.logins import LOGIN_SCHEMA, LoginLine
from pagewire_logging.pages import PAGE_SCHEMA, PageLine

PAGE = (Path(__file__).parents[2] / "docs/reference/plugins/logging.md").read_text()
CONFIG = {
    field.encode_name
    for struct in (Config, Include, Rotation, HashIds, Otlp, Postgres, S3)
    for field in msgspec.structs.fields(struct)
}
LINE = msgspec.structs.fields(Line)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("name", sorted(CONFIG))
def test_every_field_of_the_configuration_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("field", LINE, ids=[field.name for field in LINE])
def test_every_field_of_the_line_is_documented(field: msgspec.structs.FieldInfo) -> None:
    row = next(
        row for row in PAGE.split("## The line")[1].splitlines() if row.startswith("|") and f"`{field.name}`" in row
    )
    assert ("| always |" in row) is field.required


def test_the_examples_are_valid() -> None:
    examples: list[dict[str, Any]] = [yaml.safe_load(block) for block in blocks("yaml")]
    found = [msgspec.convert(plugin.get("config", {}), Config) for example in examples for plugin in example["plugins"]]
    assert [one.destination for one in found] == ["stdout", "/var/log/pagewire/events.jsonl", "postgres", "otlp", "s3"]


def test_the_line_shown_is_one() -> None:
    event, page, deletion, login = blocks("json")
    assert msgspec.json.decode(event, type=Line).schema == SCHEMA
    assert msgspec.json.decode(page, type=PageLine).schema == PAGE_SCHEMA
    assert msgspec.json.decode(deletion, type=DeletionLine).schema == DELETION_SCHEMA
    assert msgspec.json.decode(login, type=LoginLine).schema == LOGIN_SCHEMA
