"""Measurements, not tests: run as commands."""
