"""docs/explanation/dashboards.md: what there is, how it is proven, and what the last proof found; from its kept result."""

from collections.abc import Iterator
from pathlib import Path

from tests.observability import report

_PAGE = Path(report.__file__).with_name("page.md")


def text() -> str:
    """The whole page."""
    result = report.kept()
    told = {
        "when": result.when,
        "table": "\n".join(report.rows(result)),
        "facts": "\n".join(f"- {fact}" for fact in (*report.facts(result), *_excused(result), _versions(result))),
        "rules": next(part.split()[0] for part in result.linter.split(", ") if "rules" in part),
    }
    return _PAGE.read_text().format(**told)


def _excused(result: report.Result) -> Iterator[str]:
    for name, why in sorted(result.excused.items()):
        yield f"`{name}` had no series: {why}."


def _versions(result: report.Result) -> str:
    return f"Beside ours ran {', '.join(f'{name} {version}' for name, version in result.versions.items())}."
