"""Traits of people that change what they do: which there are, what they do to rates, and where a text tells them.

A trait makes behaviors more or less likely for typical users (census). It never changes how often a behavior occurs
over all of a project's personas: `persona_rates` spreads each behavior's rate over them. A project may declare traits
of its own; those are slices for results and dimensions of the hunt, without an effect on rates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from types import MappingProxyType

from prebeta.core.types import Persona

TRAITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "verbosity": ("normal", "terse", "chatty"),
        "patience": ("normal", "low", "high"),
        "tech": ("average", "novice", "expert"),
        "mood": ("calm", "hurried", "sceptical"),
        "device": ("desktop", "phone"),
        "fluency": ("native", "learner"),
    }
)
"""Each trait with its levels, the usual one first. `fluency` is that in the product's language."""

TRAIT_EFFECTS: Mapping[tuple[str, str], Mapping[str, float]] = MappingProxyType(
    {
        ("verbosity", "terse"): MappingProxyType(
            {"one_word": 2.0, "under_inform": 1.5, "over_inform": 0.4, "two_intents": 0.5, "paste_long": 0.3}
        ),
        ("verbosity", "chatty"): MappingProxyType(
            {
                "one_word": 0.3, "over_inform": 2.0, "two_intents": 2.0, "out_of_domain": 1.5, "topic_switch": 1.5,
                "paste_long": 2.0, "own_words": 1.2,
            }
        ),
        ("patience", "low"): MappingProxyType(
            {"impatience": 2.0, "hostility": 2.5, "asks_human": 1.5, "repeats": 1.5, "clarify": 0.8}
        ),
        ("patience", "high"): MappingProxyType(
            {"impatience": 0.4, "hostility": 0.4, "asks_human": 0.7, "clarify": 1.2}
        ),
        ("tech", "novice"): MappingProxyType(
            {"clarify": 1.5, "not_sure": 1.5, "asks_human": 1.5, "under_inform": 1.4, "mistype": 1.3, "injection": 0.2}
        ),
        ("tech", "expert"): MappingProxyType(
            {"clarify": 0.5, "not_sure": 0.5, "asks_human": 0.7, "over_inform": 1.4, "injection": 2.0}
        ),
        ("mood", "hurried"): MappingProxyType(
            {
                "impatience": 2.5, "one_word": 1.5, "under_inform": 1.3, "mistype": 1.5, "repeats": 1.3,
                "clarify": 0.7, "out_of_domain": 0.6, "topic_switch": 0.7,
            }
        ),
        ("mood", "sceptical"): MappingProxyType(
            {"scepticism": 3.0, "clarify": 1.3, "goal_question": 1.3, "asks_human": 1.4, "false_claim": 0.7}
        ),
        ("device", "phone"): MappingProxyType({"emoji": 1.8, "mistype": 1.6, "one_word": 1.4, "paste_long": 0.3}),
        ("fluency", "learner"): MappingProxyType(
            {"other_language": 3.0, "clarify": 1.4, "mistype": 1.3, "over_inform": 0.7}
        ),
    }
)  # fmt: skip
"""(trait, level) -> behavior -> how many times as likely as for the usual level. What isn't named stays as it is."""

_HINTS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (trait, level, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for trait, level, pattern in (
        ("verbosity", "terse", r"writes (?:very )?little|few words|(?:keeps|writes|sends) (?:\w+ )?short|terse|curt"),
        ("verbosity", "chatty", r"chatty|talkative|tells more|rambl(?:es|ing)|long-winded|(?:likes|loves) (?:to|a) chat"),
        ("patience", "low", r"impatient|short-tempered|loses patience|little patience|easily annoyed"),
        ("patience", "high", r"(?:very|endlessly) patient|takes (?:his|her|their|its) time|no rush|all the time in"),
        ("tech", "novice", r"(?:the )?first time|never (?:done|used)|beginners?|new to (?:online|computers|this|the web)"
                           r"|not good with (?:computers|technology)|novice"),
        ("tech", "expert", r"CTO|(?:software|web|backend|frontend) (?:developer|engineer)|developer|programmer"
                           r"|tech-savvy|IT (?:manager|admin\w*)|has done this (?:before|often)"),
        ("mood", "hurried", r"needs? (?:it|this) (?:today|now|fast|quickly|right away)|in a (?:hurry|rush)|hurried"
                            r"|short of time|no time|wants? (?:it|this) (?:done )?quickly|on the way"),
        ("mood", "sceptical", r"sceptical|skeptical|suspicious|distrustful|wary|(?:once|was|been) cheated"
                              r"|conscious of (?:security|privacy|risks?)|(?:security|privacy)-conscious"),
        ("mood", "calm", r"calm|relaxed|easy-?going"),
        ("device", "phone", r"(?:on|from|by|with) (?:a|the|her|his|their|my) (?:smart)?phone|mobile phone|students?"),
        ("device", "desktop", r"desktop|laptop|at (?:a|the|her|his|their) desk"),
        ("fluency", "learner", r"non-native|not (?:a|the) native|second language|learning (?:the language|English)"),
    )
)  # fmt: skip


def hinted(text: str) -> dict[str, str]:
    """The traits a persona's plain words tell, and no more than they tell.

    Only plain hints count, in English; where two speak for different levels of a trait, neither does.
    """
    found: dict[str, str] = {}
    torn = set()
    for trait, level, pattern in _HINTS:
        if pattern.search(text) and found.setdefault(trait, level) != level:
            torn.add(trait)
    return {trait: level for trait, level in found.items() if trait not in torn}


def with_hints(persona: Persona) -> Persona:
    """The persona with the traits its text tells beside those it declares; what is declared stands."""
    return replace(persona, traits={**hinted(persona.text), **persona.traits})


def multiplier(persona: Persona, behavior: str) -> float:
    """How many times as likely this persona is to show a behavior as one with the usual traits."""
    effects = (TRAIT_EFFECTS.get(pair, {}).get(behavior, 1.0) for pair in sorted(persona.traits.items()))
    return reduce(lambda product, factor: product * factor, effects, 1.0)


def persona_rates(personas: Sequence[Persona], rates: Mapping[str, float]) -> tuple[dict[str, float], ...]:
    """For each persona the rate of each behavior; the mean over the personas is the rate given."""
    spread_out = {
        name: spread(rate, [multiplier(persona, name) for persona in personas]) for name, rate in rates.items()
    }
    return tuple({name: shares[index] for name, shares in spread_out.items()} for index in range(len(personas)))


def spread(rate: float, multipliers: Sequence[float]) -> tuple[float, ...]:
    """Shares in [0, 1] with mean `rate`, as the positive multipliers are to each other; 1 where that is more than 1."""
    if len(set(multipliers)) == 1:
        return (rate,) * len(multipliers)
    left, rest = rate * len(multipliers), sum(multipliers)
    scale = left / rest
    for largest in sorted(multipliers, reverse=True):
        if scale * largest <= 1 or rest <= largest:
            break
        left, rest = left - 1, rest - largest
        scale = left / rest
    return tuple(min(1.0, scale * each) for each in multipliers)
