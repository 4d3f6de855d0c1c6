"""SIPAD: the data tree, its files, orders and their delivery."""
