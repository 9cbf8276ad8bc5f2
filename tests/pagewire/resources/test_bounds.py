"""Whatever Meta says at whatever length, a status fits its schema, and one that fits is left as it is."""

from typing import Any

import msgspec
import msgspec.inspect as types
import pytest

from pagewire.resources import KINDS
from pagewire.resources.bounds import bounded

from .statuses import FULL


def swollen(value: Any, kind: types.Type) -> Any:
    """The same with every text and list far too long."""
    match kind:
        case types.StrType():
            return (value or "x") * 40_000
        case types.ListType():
            return [swollen(one, kind.item_type) for one in value] * 300
        case types.StructType():
            grown = {field.name: swollen(getattr(value, field.name), field.type) for field in kind.fields}
            return msgspec.structs.replace(value, **grown)
        case types.UnionType() if value is not None:
            return swollen(value, next(one for one in kind.types if not isinstance(one, types.NoneType)))
        case types.Metadata():
            return swollen(value, kind.type)
    return value


@pytest.mark.parametrize("kind", KINDS)
def test_a_status_fits_its_schema(kind: str) -> None:
    full = FULL[kind]
    assert bounded(full) is full
    huge = swollen(full, types.type_info(type(full)))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(huge), type(full))
    cut = bounded(huge)
    assert msgspec.convert(msgspec.to_builtins(cut), type(full)) == cut
    assert bounded(cut) is cut


def test_a_sentence_shows_that_it_was_cut_and_a_name_does_not() -> None:
    cut = bounded(swollen(FULL["MessengerPage"], types.type_info(type(FULL["MessengerPage"]))))
    assert cut.conditions[0].message.endswith("...")
    assert not str(cut.last_handled_reconcile_at).endswith("...")
