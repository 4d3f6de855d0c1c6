"""Where the catalogue's records are kept and found. `base` is the contract; each engine is a module beside it."""
