"""`python -m prebeta.cli`."""

from __future__ import annotations

from prebeta.cli.main import main

if __name__ == "__main__":
    main()
