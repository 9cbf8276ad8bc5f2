"""What can be sent where, and how much of it: one table, read by the checks of replies and by the page about sending. Pure."""

from pagewire.capabilities._cells import Cell, Limit, No, Until, Yes
from pagewire.capabilities._features import Feature
from pagewire.capabilities._left_out import LEFT_OUT, LeftOut
from pagewire.capabilities._table import TABLE, Row, cell

__all__ = ["LEFT_OUT", "TABLE", "Cell", "Feature", "LeftOut", "Limit", "No", "Row", "Until", "Yes", "cell"]
