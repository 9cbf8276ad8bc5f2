"""What the gateway knows of apps, accounts, tokens and enabled plugins.

`Registry` is the port; `ManifestRegistry` reads a folder of manifests. A cluster will stand behind the same port.
"""

from pagewire.sealed import Sealed

from .manifests import ManifestErrors, ManifestRegistry
from .port import Account, App, PluginUse, Registry, RegistryClosedError
from .problems import Place, Problem, Severity
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
