"""The scenario space: which synthetic users are sent, drawn by seed, and how much of the space they cover."""

from prebeta.scenarios.coverage import Coverage, coverage
from prebeta.scenarios.sampling import sample

__all__ = ["Coverage", "coverage", "sample"]
