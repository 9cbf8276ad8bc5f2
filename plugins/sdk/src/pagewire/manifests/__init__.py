"""Folders of manifests: which files count, their YAML and JSON, and what is wrong with them, by line. Needs PyYAML.

The gateway follows a folder with the parts of this package; `read_folder` is for those who need it once.
"""

from pathlib import Path
from typing import Final

from .documents import Document, read_documents
from .folder import read, scan
from .problems import Place, Problem, Severity

__all__ = ["MAX_FILE_BYTES", "Document", "Place", "Problem", "Severity", "read_folder"]

MAX_FILE_BYTES: Final = 8 * 2**20


def read_folder(folder: Path) -> tuple[list[Document], list[Problem]]:
    """Every document of a folder, the items of lists one by one, in the order of the files; and what could not be read.

    Args:
        folder: where the manifests are; folders in it are read too.
    """
    found = scan(folder)
    documents: list[Document] = []
    wrong = list(found.problems)
    for name, file in found.files.items():
        try:
            some, problems = read_documents(read(file, MAX_FILE_BYTES), name)
        except (OSError, ValueError) as error:
            wrong.append(Problem(place=Place(name), message=f"cannot be read: {error}"))
            continue
        wrong += problems
        for document in some:
            documents += _single(document)
    return documents, wrong


def _single(document: Document) -> list[Document]:
    value = document.value
    if isinstance(value, dict) and str(value.get("kind")).endswith("List") and isinstance(value.get("items"), list):
        return list(document.items())
    return [document]
