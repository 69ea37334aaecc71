"""prebeta in pytest: edge cases and synthetic users as test items, and runs held to a failure rate.

pytest loads `pytest_prebeta.plugin` by the entry point `prebeta`. It loads nothing of prebeta before a test needs it.
"""
