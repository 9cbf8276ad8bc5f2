"""What the processes of one installation share through NATS: people, budgets, and what can be used once.

The journal on JetStream is a store of its own, `pagewire_gateway.journal`. Here is what stands beside it, with compare-and-set in
the place of one process's memory or file. No key names a person, an account or a token: keys are digests.
"""
