"""What an agent's card says of how to reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from yarl import URL

from prebeta.core.types import Json
from prebeta.targets.a2a.options import A2AOptions
from prebeta.targets.wire.line import joined

WELL_KNOWN = ("/.well-known/agent-card.json", "/.well-known/agent.json")
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_ANY_HOST = frozenset(("0.0.0.0", "::"))
_OLD = "0.3"


class WrongCard(ValueError):
    """A card that isn't one, or that names no way which we can go; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Where an agent takes JSON-RPC and how. `new` is protocol 1.x, whose methods and states are named otherwise."""

    endpoint: URL
    new: bool
    tenant: str | None = None
    streams: bool = True


class _Interface(NamedTuple):
    url: str
    binding: str
    version: str
    tenant: str | None


def is_card(card: Json) -> bool:
    """Whether this is an agent card and no other JSON."""
    if not isinstance(card, Mapping) or not isinstance(card.get("name"), str):
        return False
    return bool(list(_interfaces(card))) and ("skills" in card or "capabilities" in card)


def told_without_card(options: A2AOptions) -> Agent | None:
    """The agent, where the project says all that the card would."""
    if options.endpoint is None or options.protocol is None:
        return None
    return Agent(URL(joined(options.url, options.endpoint)), options.protocol != _OLD)


def agent_of(card: Json, options: A2AOptions) -> Agent:
    """How to reach the agent of this card. Raises WrongCard."""
    if not isinstance(card, Mapping):
        raise WrongCard("the agent card isn't an object")
    capabilities = card.get("capabilities")
    streams = isinstance(capabilities, Mapping) and capabilities.get("streaming") is True
    if options.stream and not streams:
        raise WrongCard("the agent card says that the agent doesn't stream; leave target.stream out")
    offered = list(_interfaces(card))
    spoken = [one for one in offered if one.binding.upper() == "JSONRPC"]
    if options.protocol is not None:
        spoken = [one for one in spoken if _is_new(one.version) == (options.protocol != _OLD)]
    if not spoken:
        told = ", ".join(f"{one.binding} {one.version}" for one in offered) or "nothing"
        raise WrongCard(f"the agent card offers {told}, and not the JSON-RPC that target.protocol wants")
    chosen = max(spoken, key=lambda one: _is_new(one.version))
    if options.endpoint is not None:
        return Agent(URL(joined(options.url, options.endpoint)), _is_new(chosen.version), chosen.tenant, streams)
    return Agent(_reachable(chosen.url, URL(options.url)), _is_new(chosen.version), chosen.tenant, streams)


def _interfaces(card: Mapping[str, Json]) -> Iterator[_Interface]:
    """What the card offers, in its order; of 1.x in supportedInterfaces, of 0.3 in url and additionalInterfaces."""
    for one in _objects(card.get("supportedInterfaces")):
        if isinstance(one.get("url"), str):
            tenant = one.get("tenant")
            version = str(one.get("protocolVersion") or "1.0")
            yield _Interface(one["url"], str(one.get("protocolBinding") or "JSONRPC"), version, tenant or None)
    version = str(card.get("protocolVersion") or _OLD)
    if isinstance(card.get("url"), str) and card["url"]:
        yield _Interface(card["url"], str(card.get("preferredTransport") or "JSONRPC"), version, None)
    for one in _objects(card.get("additionalInterfaces")):
        if isinstance(one.get("url"), str):
            yield _Interface(one["url"], str(one.get("transport") or ""), version, None)


def _objects(value: Json) -> list[Mapping[str, Json]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _is_new(version: str) -> bool:
    return not version.startswith("0")


def _reachable(told: str, base: URL) -> URL:
    """The address of the card. One for another host than the project's isn't followed: our headers would go there."""
    try:
        found = URL(told)
    except ValueError as error:
        raise WrongCard(f"the agent card's url {told!r} isn't an address") from error
    if not found.host:
        return base.join(found)
    if found.host in _ANY_HOST or (found.host in _LOOPBACK and base.host in _LOOPBACK):
        found = found.with_host(base.host or "127.0.0.1")
    if found.host != base.host:
        raise WrongCard(
            f"the agent card sends us to {found.host!r}, not to the host of target.url; if that is meant, "
            f"say so: endpoint: {found.with_user(None).with_query(None)}"
        )
    return found.with_user(base.user).with_password(base.password) if base.user else found
