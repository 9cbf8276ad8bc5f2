"""The five kinds as CustomResourceDefinitions, made of their structs.

`manifest` gives one as plain data, `text` as YAML. Types, bounds and descriptions come from the structs and their
docstrings; `cel` adds what concerns several fields, `lists` how lists are merged, `columns` what ``kubectl get`` shows.
Pure: no I/O, no clock, no YAML library.
"""

from .manifest import PLURALS, manifest, names, text

__all__ = ["PLURALS", "manifest", "names", "text"]
