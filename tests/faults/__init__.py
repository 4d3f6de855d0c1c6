"""Faults of a real server, in the middle of loads and walks: what the doors say, what writers do, what is there afterwards."""

import pytest

pytest.register_assert_rewrite("tests.faults.doors", "tests.faults.running", "tests.faults.depositing")
