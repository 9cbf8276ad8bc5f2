"""What the journal on JetStream promises beyond the contract: faults, followers, snapshots, erasure."""
