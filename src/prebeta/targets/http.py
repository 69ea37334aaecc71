"""A product over HTTP: a request a turn, JSON back, read by JMESPath."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prebeta.targets.http_conversation import HttpConversation
from prebeta.targets.http_hints import unheard
from prebeta.targets.http_options import HttpOptions
from prebeta.targets.http_plan import plan_of
from prebeta.targets.line import Exchange, Line
from prebeta.targets.network import NetworkTarget


class HttpTarget(NetworkTarget[HttpOptions]):
    """Connector to a product over HTTP."""

    Options = HttpOptions

    def __init__(self, options: HttpOptions, folder: Path) -> None:
        super().__init__(options, folder)
        self._plan = plan_of(options)

    def session(self, line: Line) -> HttpConversation:
        return HttpConversation(self._plan, line)

    def why_silent(self, heard: Sequence[Exchange], _line: Line) -> str | None:
        """Which paths of target.reply found nothing in what the product answered."""
        return unheard(heard, self._plan)
