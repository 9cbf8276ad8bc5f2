"""Which registry a gateway has: that of a folder, or that of a cluster."""

from pagewire.locks import Locks
from pagewire_gateway.config import ClusterSettings, Settings, SettingsError

from .manifests import ManifestRegistry
from .port import Registry

_EXTRA = "to serve from a cluster, install the extra: pip install 'pagewire-gateway[cluster]'"


def open_registry(settings: Settings, locks: Locks | None = None) -> Registry:
    """The registry that the settings name, not started.

    Args:
        settings: name it.
        locks: the process's own, if it has them already.

    Raises:
        SettingsError: They name none or two, or the cluster cannot be reached by what is configured.
    """
    if (settings.manifests is None) is (settings.cluster is None):
        raise SettingsError("give a folder of manifests or a cluster, one of the two")
    if settings.cluster is not None:
        return _of_cluster(settings.cluster)
    assert settings.manifests is not None  # noqa: S101 - looked at above
    return ManifestRegistry(settings.manifests, locks=locks or Locks(settings.locks))


def _of_cluster(cluster: ClusterSettings) -> Registry:
    try:
        from pagewire.kube import AccessError, find_access  # noqa: PLC0415 - a gateway of manifests does without

        from .cluster import ClusterRegistry  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise SettingsError(f"{error.name} is not installed; {_EXTRA}") from error
    try:
        return ClusterRegistry(find_access(cluster.kubeconfig), cluster.namespaces)
    except AccessError as error:
        raise SettingsError(str(error)) from error
