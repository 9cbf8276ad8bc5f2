"""The admin API against its own description, by schemathesis: no server's error, no answer of another shape."""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from tests.pagewire_gateway.playing import played

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
_LEFT_OUT = ("/api/v1/events/stream", "/api/v1/backup", "/api/v1/backup/key")
"""A stream that never ends, and copies of everything: each is a whole file."""


class Failed(AssertionError):
    """Schemathesis found something; the text is its report."""


async def play(seconds: int, examples: int) -> tuple[int, int]:
    """Let it ask a running gateway; operations and requests.

    Raises:
        Failed: an answer was wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with played(Path(folder)) as stage:
            url = f"http://127.0.0.1:{stage.gateway.admin_port}"
            words = [
                "run", f"{url}/api/v1/openapi.json", "--checks", CHECKS, "--max-examples", str(examples),
                "--phases", "examples,coverage,fuzzing",
                "--no-color", "--continue-on-failure", "--request-timeout", "20", "--max-time", str(seconds),
                *(word for path in _LEFT_OUT for word in ("--exclude-path", path)),
            ]  # fmt: skip
            program = Path(sys.executable).with_name("schemathesis")
            run = await asyncio.create_subprocess_exec(program, *words, stdout=-1, stderr=-2, cwd=folder)
            said = (await run.communicate())[0].decode()
    if run.returncode:
        raise Failed(said[-12_000:])
    return _figure(r"(\d+) (?:operations )?selected", said), _figure(r"([\d,]+) generated", said)


def _figure(pattern: str, said: str) -> int:
    found = re.search(pattern, said, re.IGNORECASE)
    return int(found[1].replace(",", "")) if found else 0
