"""A stand-in for Braintrust, on loopback. It is NOT Braintrust: as much of its endpoints as its SDKs ask for, written from
what they send and from its published API, with faults to order. What passes here may still fail there.

Rows of one id overwrite, `_is_merge` ones merge, every row taken is stamped with a rising `_xact_id`.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "sk-stand-in-0123456789"


_EMPTY: dict[str, Any] = {"input": None, "expected": None, "tags": None, "metadata": None}
"""A row that is fetched has all columns."""


@dataclass
class Faults:
    """What is to go wrong. `reject` maps a row's id to a reason: a request that holds it is answered with 400. `statuses` are
    answered, one after the other, to the next requests for /logs3; `after` is how many of those are served first; `dies`
    closes the connection of that many of them without an answer, with the rows kept; `slow_s` is waited before each;
    `drops` are ids that are taken and lost."""

    reject: dict[str, str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    after: int = 0
    dies: int = 0
    slow_s: float = 0.0
    drops: frozenset[str] = frozenset()


@dataclass
class StandIn:
    """What is there, by object id and row id; `posts` are the rows of each request for /logs3 that was taken, and
    `bodies` all that was sent there, as it came."""

    url: str
    faults: Faults = field(default_factory=Faults)
    objects: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    posts: list[list[dict[str, Any]]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    created: list[dict[str, Any]] = field(default_factory=list)
    stamp: int = 1000
    lock: threading.Lock = field(default_factory=threading.Lock)

    def object_of(self, kind: str, name: str, within: str, given: dict[str, Any]) -> dict[str, Any]:
        """The project, dataset or experiment of that name, made where there is none."""
        key = (kind, within, name)
        with self.lock:
            if key not in self.objects:
                self.objects[key] = {"id": str(uuid.uuid4()), "name": name, "org_id": "org-1", **given}
                self.created.append({"kind": kind, **given})
            return self.objects[key]

    def rows_of(self, kind: str, name: str) -> dict[str, dict[str, Any]]:
        """The rows of the only dataset or experiment of that name."""
        found = [one for (kind_, _, name_), one in self.objects.items() if (kind_, name_) == (kind, name)]
        assert len(found) == 1
        return self.rows.get(found[0]["id"], {})

    def put(self, rows: list[dict[str, Any]]) -> None:
        """Take rows: all of them or none."""
        with self.lock:
            self.stamp += 1
            self.posts.append(rows)
            for row in rows:
                if row["id"] in self.faults.drops:
                    continue
                home = self.rows.setdefault(row.get("dataset_id") or row["experiment_id"], {})
                plain = {key: value for key, value in row.items() if key != "_is_merge"}
                before = home.get(row["id"], {}) if row.get("_is_merge") else {}
                home[row["id"]] = {**_EMPTY, **_merged(before, plain), "_xact_id": str(self.stamp)}


def _merged(before: Any, after: Any) -> Any:
    if isinstance(before, dict) and isinstance(after, dict):
        return {**before, **{key: _merged(before.get(key), value) for key, value in after.items()}}
    return after


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    board: StandIn

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(path.query).items()}
        parts = path.path.strip("/").split("/")
        if parts == ["version"]:
            self._say({"version": "stand-in", "logs3_payload_max_bytes": 6_000_000})
        elif not self._let_in():
            return
        elif len(parts) == 4 and parts[-1] == "fetch":
            self._fetch(parts[2], asked)
        else:
            self._say({"error": f"the stand-in knows no GET {path.path}"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = urlsplit(self.path).path.strip("/")
        if not self._let_in():
            return
        parts = path.split("/")
        given = json.loads(body or "{}")
        if path == "logs3":
            self._logs(body, given)
        elif path == "api/apikey/login":
            organisation = {"id": "org-1", "name": "acme", "api_url": self.board.url, "proxy_url": self.board.url}
            self._say({"org_info": [{**organisation, "is_universal_api": True, "git_metadata": None}]})
        elif path in ("v1/project", "v1/dataset", "v1/experiment"):
            self._made(parts[1], given)
        elif path.startswith("api/") and path.endswith("/register"):
            self._register(parts[1], given)
        elif len(parts) == 4 and parts[-1] == "fetch":
            self._fetch(parts[2], given)
        elif path == "btql":
            self._fetch(given["query"]["from"]["args"][0]["value"], given["query"], "data")
        else:
            self._say({"error": f"the stand-in knows no POST /{path}"}, 404)

    def _logs(self, body: str, given: dict[str, Any]) -> None:
        faults, rows = self.board.faults, given["rows"]
        time.sleep(faults.slow_s)
        self.board.bodies.append(body)
        if faults.after:
            faults.after -= 1
        elif faults.statuses:
            self._say({"error": "to order"}, faults.statuses.pop(0))
            return
        elif faults.dies:
            faults.dies -= 1
            self.board.put(rows)
            self.close_connection = True
            return
        bad = next((row["id"] for row in rows if row["id"] in faults.reject), None)
        if bad is not None:
            self._say({"error": faults.reject[bad]}, 400)
            return
        self.board.put(rows)
        self._say({"ids": [row["id"] for row in rows]})

    def _made(self, kind: str, given: dict[str, Any]) -> None:
        told = {key: value for key, value in given.items() if key != "name"}
        self._say(self.board.object_of(kind, given.get("name") or "unnamed", given.get("project_id", ""), told))

    def _register(self, kind: str, given: dict[str, Any]) -> None:
        """The older way, over the app."""
        project = self.board.object_of("project", given.get("project_name", ""), "", {})
        name = given.get(f"{kind}_name") or project["name"]
        found = project if kind == "project" else self.board.object_of(kind, name, project["id"], given)
        self._say({"project": project, kind: found})

    def _fetch(self, id_: str, given: dict[str, Any], key: str = "events") -> None:
        """A page; the cursor is where the next begins."""
        kept = sorted(self.board.rows.get(id_, {}).values(), key=lambda row: (row["_xact_id"], row["id"]), reverse=True)
        start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 1000)
        end = start + limit
        self._say({key: kept[start:end], "cursor": str(end) if end < len(kept) else None})

    def _let_in(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {KEY}":
            return True
        self._say({"error": "Invalid API key"}, 401)
        return False

    def _say(self, document: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "0.01")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever is killed in the middle of a request leaves a broken connection."""


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Serves on a free port of loopback."""
    server = _Server(("127.0.0.1", 0), _Handler)
    board = StandIn(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("_OfBoard", (_Handler,), {"board": board})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield board
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
