"""JSON Schemas of the CloudEvents. ``python -m pagewire_crm_sync.schema`` writes the files anew."""

import json
from pathlib import Path

import msgspec

from pagewire_crm_sync.cloudevent import ContactUpserted
from pagewire_crm_sync.entry import TimelineRecorded
from pagewire_crm_sync.forgotten import PersonDeleted

FILES: dict[Path, type[msgspec.Struct]] = {
    Path(__file__).with_name("contact-upserted.v1.schema.json"): ContactUpserted,
    Path(__file__).with_name("timeline-recorded.v1.schema.json"): TimelineRecorded,
    Path(__file__).with_name("person-deleted.v1.schema.json"): PersonDeleted,
}
"""The shipped schemas."""


def render(event: type[msgspec.Struct]) -> str:
    """The text of a schema file, made from the struct of a CloudEvent."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(event)}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file, struct in FILES.items():
        file.write_text(render(struct), encoding="utf-8")
