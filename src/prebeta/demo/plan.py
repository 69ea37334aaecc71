"""From what the customer said to an integration plan that fits: one table of rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SMALL = ("Under 10,000", "10,000 to 50,000")
LARGE = ("50,000 to 250,000", "Over 250,000")


@dataclass(frozen=True, slots=True)
class Rule:
    """`product` belongs to the plan where every slot in `when` has one of the values given; `step` is what to do."""

    product: str
    step: str
    when: Mapping[str, tuple[str, ...]]


def _local(method: str, *countries: str) -> Rule:
    return Rule(method, f"Switch on {method}", {"country": countries})


RULES = (
    Rule(
        "Hosted checkout",
        "Put the checkout link or plugin on your site",
        {"channel": ("On my website",), "volume": SMALL},
    ),
    Rule(
        "Checkout components",
        "Build the components into your own pages",
        {"channel": ("On my website",), "volume": LARGE},
    ),
    Rule("Mobile kit", "Add the kit to your iOS and Android app", {"channel": ("In an app",)}),
    Rule("Payment links", "Send your first payment link", {"channel": ("By invoice or link",)}),
    Rule(
        "Compact card reader",
        "Order a compact reader and pair it with your phone",
        {"channel": ("In person",), "volume": SMALL},
    ),
    Rule(
        "Counter terminal",
        "Order the terminal and connect it to your till",
        {"channel": ("In person",), "volume": LARGE},
    ),
    Rule(
        "Tips and table service",
        "Set the tip levels",
        {"business": ("Restaurant or café",), "channel": ("In person",)},
    ),
    Rule(
        "Order ahead page",
        "Publish your menu on the order page",
        {"business": ("Restaurant or café",), "channel": ("On my website", "In an app")},
    ),
    Rule("Invoicing", "Make your invoice template", {"business": ("Services and invoices",)}),
    Rule("Recurring billing", "Create your price plans", {"business": ("Subscriptions",)}),
    Rule(
        "Stock and till app",
        "Load your articles into the till app",
        {"business": ("Shop or market stall",), "channel": ("In person",)},
    ),
    Rule(
        "Shop plugin",
        "Install the plugin for your shop system",
        {"business": ("Online shop", "Shop or market stall"), "channel": ("On my website",)},
    ),
    _local("SEPA direct debit", "Germany", "Ireland"),
    _local("eps transfer", "Austria"),
    _local("TWINT", "Switzerland"),
    _local("Cartes Bancaires", "France"),
    _local("iDEAL", "Netherlands"),
    _local("Bancontact", "Belgium"),
    _local("Bizum", "Spain"),
    _local("Satispay", "Italy"),
    _local("BLIK", "Poland"),
    _local("Swish", "Sweden"),
    _local("Bacs direct debit", "United Kingdom"),
    Rule("Standard pricing", "Accept the standard prices", {"volume": SMALL}),
    Rule("Volume pricing", "Accept the volume prices", {"volume": ("50,000 to 250,000",)}),
    Rule("Individual pricing", "Agree on prices with your account manager", {"volume": ("Over 250,000",)}),
)


def make(facts: Mapping[str, str]) -> dict[str, Any]:
    """The plan for these facts: the facts themselves, `products` and `steps`, in the order of the rules."""
    fitting = [rule for rule in RULES if all(facts.get(slot) in values for slot, values in rule.when.items())]
    steps = ["Open your account with the link in the e-mail", *(rule.step for rule in fitting)]
    return {
        **facts,
        "products": [rule.product for rule in fitting],
        "steps": [*steps, f"Go live: {facts['start']}"],
    }
