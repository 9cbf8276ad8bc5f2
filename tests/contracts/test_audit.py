"""A file, and a stream of NATS, keep the contract of the audit log; neither lets what is in it be changed."""

from pathlib import Path

import apsw
import nats.js.errors
import pytest

from pagewire_gateway.audit.file import AuditFile
from pagewire_gateway.audit.port import Audit, AuditError, Query, Retention
from pagewire_gateway.shared.audit import SharedAudit
from pagewire_gateway.shared.connection import Nats
from tests.contracts.audit import AuditContract, act

DAY = 86_400_000
_RETENTION = Retention()


class FileWorld:
    """One file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "audit.db"

    async def another(self, retention: Retention = _RETENTION) -> Audit:
        return AuditFile(self.path, retention)


class NatsWorld:
    """One stream."""

    def __init__(self, url: str, prefix: str) -> None:
        self._url, self._prefix = url, prefix
        self.opened: list[Nats] = []

    async def another(self) -> Audit:
        connection = Nats(self._url, self._prefix)
        await connection.start()
        self.opened.append(connection)
        log = SharedAudit(connection, Retention())
        await log.start()
        return log


class TestFile(AuditContract):
    @pytest.fixture
    def world(self, tmp_path: Path):
        return FileWorld(tmp_path)

    async def test_what_is_written_cannot_be_changed(self, world: FileWorld):
        await (await world.another()).begin(act(1))
        with apsw.Connection(str(world.path)) as db, pytest.raises(apsw.ConstraintError, match="only added to"):
            db.execute("update act set name = 'somebody else'")

    async def test_old_records_go(self, world: FileWorld):
        log = await world.another(Retention(days=1))
        await log.begin(act(0, at=act(0).at - 2 * DAY))
        for number in range(1, 110):
            await log.begin(act(number))
        assert len(await log.latest(Query(limit=500))) == 109

    async def test_no_more_than_so_many_stay(self, world: FileWorld):
        log = await world.another(Retention(records=1000))
        for number in range(1, 602):
            await log.begin(act(number))
        found = await log.latest(Query(limit=1000))
        assert found[0] == act(601)
        assert len(found) <= 600

    async def test_nobody_else_on_the_machine_reads_it(self, world: FileWorld):
        await (await world.another()).begin(act(1))
        assert world.path.stat().st_mode & 0o077 == 0

    async def test_a_log_that_cannot_be_written_says_why(self, tmp_path: Path):
        (tmp_path / "audit.db").mkdir()
        with pytest.raises(AuditError, match="is a folder"):
            await AuditFile(tmp_path / "audit.db", Retention()).begin(act(1))


class TestNats(AuditContract):
    @pytest.fixture
    async def world(self, nats_url: str, nats_prefix: str):
        world = NatsWorld(nats_url, nats_prefix)
        yield world
        for connection in world.opened:
            await connection.aclose()

    async def test_the_server_lets_nobody_take_anything_out(self, world: NatsWorld):
        await (await world.another()).begin(act(1))
        stream = world.opened[0].named("audit")
        with pytest.raises(nats.js.errors.APIError):
            await world.opened[0].js.delete_msg(stream, 1)
        with pytest.raises(nats.js.errors.APIError):
            await world.opened[0].js.purge_stream(stream)

    async def test_without_a_server_nothing_is_written(self, world: NatsWorld):
        log = await world.another()
        await world.opened[0].aclose()
        with pytest.raises(AuditError, match="NATS is not reached"):
            await log.begin(act(1))
