"""What apps and accounts have set at Meta: subscriptions on both levels, Messenger profiles; and hands to change them.

Everything here but ``desk`` is pure: plain data and rules that refuse with Meta's codes.
"""
