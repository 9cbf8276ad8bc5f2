"""The journal on NATS JetStream: a stream a partition is the truth, and files in the SQLite journal's schema follow it.

Rooms, from the rim inwards: `deployment` (partitions, and who may work on them), `journal` (the port, for one partition) and
`ingest` (append only); `layout` and `places` (names, and which partition), `provision` (streams), `messages` (what is
published), `asking` and `publishing` (group commit as atomic batches), `replica` (stream and file kept together) with
`following` (the stream, in order and without gaps), `applying` (messages into the file), `projection` (the file) and
`snapshots` with `leavings` (what killed uploads left), `expecting` (who waits for what), `freshness` (reads see what was
acknowledged), `claims`.
"""

from pagewire_gateway.journal.jetstream.deployment import Deployment
from pagewire_gateway.journal.jetstream.ingest import JetStreamIngest
from pagewire_gateway.journal.jetstream.journal import JetStreamJournal
from pagewire_gateway.journal.jetstream.layout import Layout

__all__ = ["Deployment", "JetStreamIngest", "JetStreamJournal", "Layout"]
