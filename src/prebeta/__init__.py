"""prebeta: a beta before the beta."""

from __future__ import annotations

__version__ = "0.1.0"
