"""What the operator decides and does, without Kubernetes."""
