"""deploy/dashboards/*.json, as code: one file here for each dashboard. `python -m tests.generated` writes them."""
