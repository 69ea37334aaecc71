"""What the assistant says in other languages: Spanish, German, French, Portuguese. English stands in `slots` and `wording`.

The knowledge base is English only.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from prebeta.demo.translations import french, german, portuguese, spanish

Wordings = Mapping[str, tuple[str, ...]]

TRANSLATED: Mapping[str, Wordings] = MappingProxyType(
    {"es": spanish.WORDINGS, "de": german.WORDINGS, "fr": french.WORDINGS, "pt": portuguese.WORDINGS}
)
"""Language to kind of sentence (keys of PHRASES, and ask, hint, unsure, why, label with a slot's name) to wordings."""
