"""The service: query, engines, use cases, protocols, settings, command line."""
