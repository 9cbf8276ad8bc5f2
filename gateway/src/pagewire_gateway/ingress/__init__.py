"""The public port: the verification handshake, and delivery bodies that are durable before they are answered."""

from pagewire_gateway.ingress.app import create_public_app
from pagewire_gateway.ingress.delivery import Ingress
from pagewire_gateway.ingress.whole import WholeDeliveries

__all__ = ["Ingress", "WholeDeliveries", "create_public_app"]
