"""Are there known vulnerabilities in what is pinned? Asked online, or of a copy of the advisories where there is no network."""
