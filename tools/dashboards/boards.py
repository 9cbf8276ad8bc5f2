"""All dashboards."""

from typing import Final

from tools.dashboards import journal, operating, outbox, overview, pages, plugins
from tools.dashboards.model import Board

BOARDS: Final[tuple[Board, ...]] = (
    overview.BOARD,
    journal.BOARD,
    outbox.BOARD,
    pages.BOARD,
    operating.BOARD,
    plugins.BOARD,
)
