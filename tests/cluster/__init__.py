"""Real Elasticsearch nodes for the tests: where the server comes from, and how nodes start, freeze, die and come back."""
