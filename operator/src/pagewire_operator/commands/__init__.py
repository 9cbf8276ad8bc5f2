"""What the operator adds to the command line: `plan`, `apply`, `import`, `crds`, `status` and `operate`."""
