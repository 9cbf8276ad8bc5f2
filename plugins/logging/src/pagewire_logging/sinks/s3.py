"""A bucket that speaks S3: an object a line. Its name comes from the line's key, so a repeat meets the object that is there."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Final

import boto3
import botocore.session
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from pagewire_logging.config import S3
from pagewire_logging.entries import Entry
from pagewire_logging.line import Line
from pagewire_logging.pages import PageLine
from pagewire_logging.sinks.errors import SinkError
from pagewire_logging.sinks.going import may_go

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_AT_ONCE: Final = 8
"""Requests in flight."""
_THERE: Final = frozenset({"PreconditionFailed", "412"})
_CLIENT: Final = ClientConfig(
    connect_timeout=3,
    read_timeout=5,
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=_AT_ONCE,
)


class S3Sink:
    """Lines in a bucket, each once.

    Args:
        where: the bucket, and how it is reached.
    """

    most = 200

    def __init__(self, where: S3) -> None:
        self._where = where
        self._client: S3Client | None = None
        self._threads = ThreadPoolExecutor(_AT_ONCE, "pagewire-logging-s3")

    def append(self, entries: Sequence[Entry]) -> None:
        """Make the objects that are not there.

        Raises:
            SinkError: the bucket did not take all of them; it tells what to do.
        """
        try:
            client = self._client = self._client or self._made()
            for made in [self._threads.submit(self._put, client, one) for one in entries]:
                made.result()
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise SinkError(
                f"bucket {self._where.bucket} does not take lines ({code}); {_ADVICE.get(code, _ELSE)}"
            ) from error
        except BotoCoreError as error:
            raise SinkError(
                f"bucket {self._where.bucket} cannot be reached ({type(error).__name__}); see endpoint, region and credentials"
            ) from error

    def forget(self, account: str, person: str) -> None:
        """Whoever keeps the bucket does it."""

    def close(self) -> None:
        """Let go of the connections."""
        self._threads.shutdown()
        if self._client is not None:
            self._client.close()
            self._client = None

    def _made(self) -> "S3Client":
        session = botocore.session.Session()
        if self._where.credentials_file is not None:
            session.set_config_variable("credentials_file", self._where.credentials_file)
        may_go(self._where.endpoint)
        return boto3.Session(botocore_session=session, region_name=self._where.region).client(
            "s3", endpoint_url=self._where.endpoint, config=_CLIENT
        )

    def _put(self, client: "S3Client", entry: Entry) -> None:
        try:
            client.put_object(
                Bucket=self._where.bucket,
                Key=f"{self._where.prefix}{_when(entry):%Y/%m/%d/%H}/{entry.key}.json",
                Body=entry.raw,
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _THERE:
                raise


_ELSE: Final = "see what the server's documentation says of it"
_ADVICE: Final = {
    "NoSuchBucket": "make it",
    "AccessDenied": "grant s3:PutObject on it",
    "InvalidAccessKeyId": "see the credentials",
    "SignatureDoesNotMatch": "see the credentials",
}


def _when(entry: Entry) -> datetime:
    """The same for every repeat, as it is part of the name."""
    line = entry.line
    if isinstance(line, Line):
        return line.received
    return line.time if isinstance(line, PageLine) else line.requested
