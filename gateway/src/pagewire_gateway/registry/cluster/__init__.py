"""The registry of a cluster: the five kinds and the Secrets they name, followed by watches. Needs extra ``cluster``."""

from .registry import ClusterRegistry

__all__ = ["ClusterRegistry"]
