"""What one account, and one app, may ask of Meta, and who goes next.

Everything that calls the Graph API in the name of an account goes through its `Budget`: sends, look-ups of profiles, readings of
conversations. In one process its buckets are the whole truth, shared by all lanes. Where several processes serve a Page, they
draw from common purses and tell each other what Meta said: see `drawing`, `sharing` and `pagewire_gateway.shared.pace`.
"""

from pagewire_gateway.budgets.account import Budget
from pagewire_gateway.budgets.app import AppBudget
from pagewire_gateway.budgets.calls import Call, Limits
from pagewire_gateway.budgets.store import Budgets

__all__ = ["AppBudget", "Budget", "Budgets", "Call", "Limits"]
