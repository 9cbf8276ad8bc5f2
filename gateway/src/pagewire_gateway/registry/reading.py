"""A file's bytes become entries, with everything that is wrong with the rest of it."""

from typing import Any, Final

import msgspec

from pagewire.locks import Locks
from pagewire.manifests.documents import Document, read_documents
from pagewire.manifests.problems import Place, Problem, Severity
from pagewire.resources import GROUP, KINDS, InvalidResourceError, Resource, decode, problems

from .compact import entry_of
from .entries import SECRET, Entry, Key
from .secrets import read_secret
from .sharing import Shared

_NAMELESS: Final = "not a Kubernetes document: apiVersion and kind are missing"


class Reading(msgspec.Struct, frozen=True):
    """What one file says.

    Attributes:
        entries: In the order of the file.
        broken: Resources the file names but tells wrongly; they keep their last good state.
        unreadable: Some part of the file does not even tell which resource it is about.
    """

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    broken: frozenset[Key] = frozenset()
    unreadable: bool = False


def checked(resource: Resource) -> Resource:
    """The same resource; one that breaks a rule between its fields is refused with `InvalidResourceError`."""
    if wrong := problems(resource):
        raise InvalidResourceError(tuple(wrong))
    return resource


def unreadable(file: str, message: str) -> Reading:
    """The reading of a file that could not be read at all."""
    return Reading(problems=(Problem(place=Place(file), message=message),), unreadable=True)


def read(raw: bytes, file: str, shared: Shared, locks: Locks | None = None) -> Reading:
    """Read a file.

    Args:
        raw: Its bytes.
        file: Its path inside the folder, as people will be told it.
        shared: Keeps equal strings once; use one for a whole pass over the folder.
        locks: Unlock values of Secrets; without them locked ones are refused.
    """
    documents, wrong = read_documents(raw, file)
    reader = _Reader(shared, locks or Locks())
    reader.problems.extend(wrong)
    reader.unreadable = bool(wrong)
    for document in documents:
        reader.take(document)
    return Reading(tuple(reader.entries), tuple(reader.problems), frozenset(reader.broken), reader.unreadable)


class _Reader:
    def __init__(self, shared: Shared, locks: Locks) -> None:
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.broken: set[Key] = set()
        self.unreadable = False
        self._shared, self._locks = shared, locks

    def take(self, document: Document) -> None:
        value = document.value
        if not isinstance(value, dict):
            self._refuse(document, None, "", "expected a mapping with apiVersion and kind")
            return
        group, kind = _text(value.get("apiVersion")), _text(value.get("kind"))
        if group.partition("/")[0] == GROUP or kind in KINDS:
            self._ours(document)
        elif (group, kind) == ("v1", SECRET):
            self._secret(document)
        elif kind.endswith("List") and isinstance(value.get("items"), list):
            for item in document.items():
                self.take(item)
        elif not group and not kind:
            self._refuse(document, None, "", _NAMELESS)
        else:
            said = f"not of {GROUP} and not a Secret; left out"
            self.problems.append(Problem(severity=Severity.NOTE, place=document.place, message=said))

    def _ours(self, document: Document) -> None:
        try:
            self.entries.append(entry_of(checked(decode(document.value)), document.place, self._shared))
        except InvalidResourceError as error:
            self._refuse_all(document, error)

    def _secret(self, document: Document) -> None:
        try:
            self.entries.append(read_secret(document.value, document.place, self._shared, self._locks))
        except InvalidResourceError as error:
            self._refuse_all(document, error)

    def _refuse_all(self, document: Document, error: InvalidResourceError) -> None:
        key = _key(document.value)
        for problem in error.problems:
            self._refuse(document, key, problem.path, problem.message)

    def _refuse(self, document: Document, key: Key | None, path: str, message: str) -> None:
        if key is None:
            self.unreadable = True
        else:
            self.broken.add(key)
        resource = f"{key[0]} {key[1]}/{key[2]}" if key else ""
        self.problems.append(Problem(place=document.at(path), resource=resource, path=path, message=message))


class _Named(msgspec.Struct):
    """Just enough of a document to know which resource it tells of."""

    kind: str
    metadata: "_NamedMetadata"


class _NamedMetadata(msgspec.Struct):
    name: str
    namespace: str = "default"


def _key(value: Any) -> Key | None:
    try:
        named = msgspec.convert(value, _Named)
    except msgspec.ValidationError:
        return None
    known = named.kind in KINDS or named.kind == SECRET
    return (named.kind, named.metadata.namespace, named.metadata.name) if known else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
