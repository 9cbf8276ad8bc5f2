"""Programs that judge the chart, built once from pinned Go modules, and what other projects say of their resources."""
