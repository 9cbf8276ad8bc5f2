"""What is committed is what the generators give."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.generated.registry import GENERATED, Generated

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("generated", GENERATED, ids=[generated.path for generated in GENERATED])
def test_file_is_fresh(generated: Generated) -> None:
    assert (ROOT / generated.path).read_text() == generated.text(), "run python -m tests.generated"


def test_no_file_has_two_generators() -> None:
    paths = [generated.path for generated in GENERATED]
    assert len(paths) == len(set(paths))


def test_a_stale_file_is_named(tmp_path: Path) -> None:
    """In a copy of the repository without its docs, every file is stale, and writing mends it."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    script = f"""
import sys
from pathlib import Path
from tests.generated import __main__ as generated
generated.ROOT = Path({str(tmp_path)!r})
generated.GENERATED = generated.GENERATED[:2]
sys.argv = ["generated", "--check"]
first = generated.main()
sys.argv = ["generated"]
generated.main()
sys.argv = ["generated", "--check"]
sys.exit(0 if first == 1 and generated.main() == 0 else 1)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        f"{generated.path} is stale: run python -m tests.generated" for generated in GENERATED[:2]
    ]
