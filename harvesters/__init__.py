"""Where documents come from: one module a protocol. Knows no catalogue."""
