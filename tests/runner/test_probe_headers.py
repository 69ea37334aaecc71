"""What the end-state probe is sent with: the product's own headers for the product alone, and no unfilled templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from prebeta.config import Project, load
from prebeta.runner.plan import _headers

YAML = """
target:
  kind: http
  url: https://bot.shop.test/api
  headers: {{X-Tenant: shop, Authorization: "Bearer {{account.token}}", X-Plain: "{{{{session}}}}"}}
  send: {{post: /chat, json: {{text: "{{text}}"}}}}
  reply: {{messages: reply}}
goals: [{{goal: to eat}}]
end_state: {{when: {{probe: {{get: "{get}"}}}}}}
"""
OWN = {"X-Tenant": "shop", "X-Plain": "{session}", "X-Synthetic-User": "prebeta"}


def project(folder: Path, get: str) -> Project:
    file = folder / "prebeta.yaml"
    file.write_text(YAML.format(get=get), encoding="utf-8")
    return load(file)


@pytest.mark.parametrize("get", ["/orders", "https://bot.shop.test/orders", "https://bot.shop.test:443/orders"])
def test_the_product_gets_its_headers_filled_or_not_at_all(tmp_path: Path, get: str) -> None:
    loaded = project(tmp_path, get)
    probe = loaded.end_state.when.probe
    assert probe is not None
    assert _headers(loaded, probe) == OWN
    (note,) = [each for each in loaded.warnings() if "probe" in each]
    assert "without target.headers.Authorization" in note


@pytest.mark.parametrize(
    "get", ["https://orders.shop.test/x", "http://bot.shop.test/x", "https://bot.shop.test:8443/x", "https://[x/y"]
)
def test_nobody_else_gets_them(tmp_path: Path, get: str) -> None:
    loaded = project(tmp_path, get)
    probe = loaded.end_state.when.probe
    assert probe is not None
    assert _headers(loaded, probe) == {"X-Synthetic-User": "prebeta"}
    assert not [each for each in loaded.warnings() if "probe" in each]
