"""The doors: each protocol a package, none knows another."""
