"""A stand-in for a node: it runs the very commands of the pods that a real control plane makes, as processes of this machine.

What is real: the pods, made by real controllers of what Helm installed; arguments, variables, Secrets, volumes, probes, the
token of the pod's own ServiceAccount, SIGTERM, grace and SIGKILL, restarts. What is not: containers. A process runs as the user
of the test, sees the whole file system, and shares the machine's network: each pod has an address of the loopback, to which
``0.0.0.0`` in its arguments is changed, as are the paths of its mounts.
"""
