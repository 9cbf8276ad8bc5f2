"""JSON Schema of the CloudEvent. ``python -m pagewire_crm_sync.schema`` writes the file anew."""

import json
from pathlib import Path

import msgspec

from pagewire_crm_sync.cloudevent import ContactUpserted

FILE = Path(__file__).with_name("contact-upserted.v1.schema.json")
"""The shipped schema."""


def render() -> str:
    """The text of the schema file, made from the structs."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(ContactUpserted)}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
