"""What the gateway knows of apps, accounts, tokens and enabled plugins.

`Registry` is the port; `ManifestRegistry` reads a folder of manifests, `cluster.ClusterRegistry` follows a cluster (not
imported here, as it needs an extra), and `opening` chooses.
"""

from pagewire.manifests.problems import Place, Problem, Severity
from pagewire.sealed import Sealed

from .manifests import ManifestErrors, ManifestRegistry
from .port import Account, App, PluginUse, Registry, RegistryClosedError
from .show import show, show_account, show_app, show_problem

__all__ = [
    "Account",
    "App",
    "ManifestErrors",
    "ManifestRegistry",
    "Place",
    "PluginUse",
    "Problem",
    "Registry",
    "RegistryClosedError",
    "Sealed",
    "Severity",
    "show",
    "show_account",
    "show_app",
    "show_problem",
]
