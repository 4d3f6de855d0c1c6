"""Harvests that can be trusted: sources as curators set them up, runs of them, schedules, and what each run did."""
