"""The operator of Pagewire: Pages, tokens and webhook subscriptions as Kubernetes resources."""
