"""`python -m prebeta.demo --port 8080 --release 1`: the assistant over HTTP, on loopback."""

from __future__ import annotations

import argparse

from prebeta.demo.faults import RELEASES


def main() -> None:
    """Read the arguments and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m prebeta.demo", description="The bundled product, over HTTP.")
    parser.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1 (default 8080)")
    parser.add_argument("--release", type=int, choices=sorted(RELEASES), default=4, help="1 to 3 have faults, 4 none")
    arguments = parser.parse_args()

    from prebeta.demo.server import serve

    serve(arguments.port, arguments.release)


if __name__ == "__main__":
    main()
