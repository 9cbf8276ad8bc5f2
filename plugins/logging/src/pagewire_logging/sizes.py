"""Sizes as Kubernetes writes them: ``100Mi``, ``1G``, ``5000``."""

import re
from typing import Final

SIZE_PATTERN: Final = r"^[0-9]{1,12}(k|M|G|Ki|Mi|Gi)?\Z"

_UNITS: Final = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def parse_size(text: str) -> int:
    """Read a size in bytes.

    Raises:
        ValueError: the text is no size.
    """
    if re.match(SIZE_PATTERN, text) is None:
        raise ValueError('a size is bytes, as in "100Mi", "1G" or "5000"')
    digits = text.rstrip("kKMGi")
    return int(digits) * _UNITS[text[len(digits) :]]
