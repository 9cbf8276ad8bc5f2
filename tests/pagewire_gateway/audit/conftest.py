"""The fixtures of the admin port serve its pages too."""

from tests.pagewire_gateway.admin.conftest import shared, shared_stage, stage

__all__ = ["shared", "shared_stage", "stage"]
