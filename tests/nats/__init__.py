"""Real NATS servers for tests, on loopback, with their files in a temporary folder.

``fixtures`` holds what tests ask for: ``nats_url`` (one server for all) with ``nats_prefix`` (to keep tests apart), ``own_nats``
(one to kill and start again) and ``nats_cluster`` (three servers, to lose one, or a leader).
"""
