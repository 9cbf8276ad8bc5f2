"""Settings at Meta: subscriptions on both levels, Messenger profiles, batches."""
