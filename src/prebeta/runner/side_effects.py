"""Where synthetic users would order, book and cancel for real: said before they do, and nothing is held up by it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from prebeta.config import Project

_OWN_ENDINGS = ("localhost", "test", "local", "internal", "example", "invalid")
_NOT_REAL = re.compile(
    r"(?:^|[^a-z])(?:staging|stage|test|testing|dev|sandbox|preview|qa|demo|uat)\d*(?:[^a-z0-9]|$)", re.IGNORECASE
)


def real_places(project: Project) -> tuple[str, ...]:
    """The hosts that a run speaks to and that look like the real thing; none where the project says `sandbox: true`, or its
    product isn't reached over a network."""
    sandbox = getattr(project.target, "sandbox", None)
    if sandbox is not False:
        return ()
    hosts = (_host(address) for address in _addresses(project))
    return tuple(dict.fromkeys(host for host in hosts if host and looks_real(host)))


def warning(project: Project, conversations: int | None = None) -> str | None:
    """What users of a run would do for real, and what to set where they don't; None where nothing looks real."""
    places = real_places(project)
    if not places:
        return None
    many = "synthetic users" if conversations is None else f"the users of {conversations:,} conversations"
    look = "looks" if len(places) == 1 else "look"
    return (
        f"{' and '.join(places)} {look} like the real thing: {many} will order, book and cancel there for real\n"
        "aim at a copy for tests, or set target.sandbox: true in prebeta.yaml where nothing they do there is real"
    )


def warning_at(address: str) -> str | None:
    """What getting to know a product at an address does there; None where nothing looks real."""
    host = _host(address)
    if host is None or not looks_real(host):
        return None
    return (
        f"{host} looks like the real thing: it is greeted now, and what it does on a greeting it will do for real\n"
        "aim at a copy for tests where that matters"
    )


def looks_real(host: str) -> bool:
    """Whether a host is neither on this machine or in a private network, nor named like a copy for tests."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_global
    except ValueError:
        pass
    if "." not in name or name.rpartition(".")[2] in _OWN_ENDINGS:
        return False  # a name without dots is known in one's own network only
    return _NOT_REAL.search(name) is None


def _addresses(project: Project) -> Iterator[str]:
    """All addresses that a conversation of the project may send something to."""
    yield str(getattr(project.target, "url", None) or "")
    setup, probe = project.setup, project.end_state.when.probe
    for call in (setup.before, setup.after) if setup is not None else ():
        paths = () if call is None else (call.get, call.post, call.put, call.delete)
        yield from (path for path in paths if path is not None and "://" in path)
    if probe is not None and "://" in probe.get:
        yield probe.get


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
