"""deploy/alerts/*.yaml and docs/runbooks/*.md, as code: each alert stands beside its runbook."""
