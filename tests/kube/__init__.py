"""A real API server for tests: etcd and kube-apiserver on loopback, with RBAC; decision 0009 tells why.

``fixtures`` holds what tests ask for: ``cluster``, ``namespace`` and ``private_cluster``.
"""
