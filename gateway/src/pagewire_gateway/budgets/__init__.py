"""What one account, and one app, may ask of Meta, and who goes next.

Everything that calls the Graph API in the name of an account goes through its `Budget`: sends, look-ups of profiles, readings of
conversations. Today the process that holds the lease of dispatch is the only one that sends, so its budgets are the whole truth,
shared by all lanes. Where several processes come to share a Page, the buckets and rests of `Budget` are what they have to share:
two numbers a bucket and one moment a rest, in a store with compare-and-set (JetStream's key-value buckets have it).
"""

from pagewire_gateway.budgets.account import Budget
from pagewire_gateway.budgets.app import AppBudget
from pagewire_gateway.budgets.calls import Call, Limits
from pagewire_gateway.budgets.store import Budgets

__all__ = ["AppBudget", "Budget", "Budgets", "Call", "Limits"]
