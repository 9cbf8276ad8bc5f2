"""What HubSpot's specification of contacts (version 2026-09) says of requests and answers, as far as it is used here.

Field names, which of them are required, and their types, read from the published document. The fake checks with them what it
gets and what it says: unknown fields in a request are refused, and an answer that would not fit is a failure of the test.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct


class Fact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """An object of the specification."""


class UpsertInput(Fact, frozen=True, kw_only=True):
    """SimplePublicObjectBatchInputUpsert."""

    id: str
    properties: dict[str, str]
    id_property: str | msgspec.UnsetType = msgspec.UNSET
    object_write_trace_id: str | msgspec.UnsetType = msgspec.UNSET


class UpsertInputs(Fact, frozen=True, kw_only=True):
    """BatchInputSimplePublicObjectBatchInputUpsert; the length is of the guide."""

    inputs: Annotated[tuple[UpsertInput, ...], Meta(min_length=1, max_length=100)]


class ObjectId(Fact, frozen=True, kw_only=True):
    """SimplePublicObjectId."""

    id: str


class ReadInputs(Fact, frozen=True, kw_only=True):
    """BatchReadInputSimplePublicObjectId."""

    inputs: Annotated[tuple[ObjectId, ...], Meta(min_length=1, max_length=100)]
    properties: tuple[str, ...]
    properties_with_history: tuple[str, ...]
    id_property: str | msgspec.UnsetType = msgspec.UNSET


class UpdateInput(Fact, frozen=True, kw_only=True):
    """SimplePublicObjectBatchInput."""

    id: str
    properties: dict[str, str]
    id_property: str | msgspec.UnsetType = msgspec.UNSET


class UpdateInputs(Fact, frozen=True, kw_only=True):
    """BatchInputSimplePublicObjectBatchInput."""

    inputs: Annotated[tuple[UpdateInput, ...], Meta(min_length=1, max_length=100)]


class Filter(Fact, frozen=True, kw_only=True):
    """Filter; with `IN` it has `values`."""

    property_name: str
    operator: Literal["IN"]
    values: tuple[str, ...]


class FilterGroup(Fact, frozen=True, kw_only=True):
    """FilterGroup."""

    filters: Annotated[tuple[Filter, ...], Meta(min_length=1, max_length=6)]


class Search(Fact, frozen=True, kw_only=True):
    """PublicObjectSearchRequest."""

    filter_groups: Annotated[tuple[FilterGroup, ...], Meta(min_length=1, max_length=5)]
    properties: tuple[str, ...]
    sorts: tuple[str, ...]
    after: str
    limit: Annotated[int, Meta(ge=1, le=200)]


class Tie(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """PublicDefaultAssociationMultiPost."""

    from_: ObjectId
    to: ObjectId


class Ties(Fact, frozen=True, kw_only=True):
    """BatchInputPublicDefaultAssociationMultiPost."""

    inputs: Annotated[tuple[Tie, ...], Meta(min_length=1, max_length=2000)]


class GdprDelete(Fact, frozen=True, kw_only=True):
    """PublicGdprDeleteInput."""

    object_id: str
    id_property: str | msgspec.UnsetType = msgspec.UNSET


class Detail(Fact, frozen=True, kw_only=True):
    """ErrorDetail."""

    message: str
    code: str | msgspec.UnsetType = msgspec.UNSET
    context: dict[str, list[str]] | msgspec.UnsetType = msgspec.UNSET


class StandardError(Fact, frozen=True, kw_only=True):
    """StandardError: one input of a batch failed."""

    category: str
    context: dict[str, list[str]]
    errors: tuple[Detail, ...]
    links: dict[str, str]
    message: str
    status: str


class Error(Struct, frozen=True, kw_only=True, rename="camel"):
    """Error: the request failed. `policyName` and others stand beside it in answers 429."""

    category: str
    correlation_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]
    message: str
    context: dict[str, list[str]] | msgspec.UnsetType = msgspec.UNSET
    errors: tuple[Detail, ...] | msgspec.UnsetType = msgspec.UNSET


class Upserted(Fact, frozen=True, kw_only=True):
    """SimplePublicUpsertObject."""

    archived: bool
    created_at: datetime
    id: str
    new: bool
    properties: dict[str, str]
    updated_at: datetime
    object_write_trace_id: str | msgspec.UnsetType = msgspec.UNSET


class Read(Fact, frozen=True, kw_only=True):
    """SimplePublicObject."""

    archived: bool
    created_at: datetime
    id: str
    properties: dict[str, str | None]
    updated_at: datetime


class Batch(Fact, frozen=True, kw_only=True):
    """What answers to batches have in common."""

    completed_at: datetime
    started_at: datetime
    status: Literal["CANCELED", "COMPLETE", "PENDING", "PROCESSING"]
    num_errors: int | msgspec.UnsetType = msgspec.UNSET
    errors: tuple[StandardError, ...] | msgspec.UnsetType = msgspec.UNSET


class UpsertBatch(Batch, frozen=True, kw_only=True):
    """BatchResponseSimplePublicUpsertObject."""

    results: tuple[Upserted, ...]


class ReadBatch(Batch, frozen=True, kw_only=True):
    """BatchResponseSimplePublicObject."""

    results: tuple[Read, ...]


class AssociationSpec(Fact, frozen=True, kw_only=True):
    """AssociationSpec."""

    association_category: Literal["HUBSPOT_DEFINED", "INTEGRATOR_DEFINED", "USER_DEFINED"]
    association_type_id: int


class Tied(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"association_spec": "associationSpec", "from_": "from"},
):
    """PublicDefaultAssociation."""

    association_spec: AssociationSpec
    from_: ObjectId
    to: ObjectId


class TiedBatch(Batch, frozen=True, kw_only=True):
    """BatchResponsePublicDefaultAssociation."""

    results: tuple[Tied, ...]


class Hits(Fact, frozen=True, kw_only=True):
    """CollectionResponseWithTotalSimplePublicObject."""

    total: int
    results: tuple[Read, ...]


def checked(kind: type[Struct], answer: Any) -> bytes:
    """An answer as bytes, if the specification allows it.

    Raises:
        msgspec.ValidationError: it does not.
    """
    body = msgspec.json.encode(answer)
    msgspec.json.decode(body, type=kind)
    return body
