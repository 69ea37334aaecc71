"""Pictures of the page at the product's turns: kept in memory while a conversation runs, written when it is over."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Collection
from pathlib import Path

_MOST = 40
"""Pictures of one conversation that are kept; the last ones count. About 20 kB each."""


def folder_of(project: Path, conversation: str) -> Path:
    """Where the pictures of a conversation lie."""
    return project / ".prebeta" / "screenshots" / re.sub(r"[^A-Za-z0-9._-]", "_", conversation).lstrip(".")


def path_of(project: Path, conversation: str, turn: int) -> Path:
    """The picture of a turn (its index in the transcript)."""
    return folder_of(project, conversation) / f"turn-{turn}.jpg"


def keep(project: Path, conversation: str, turns: Collection[int]) -> None:
    """Remove the pictures of a conversation but those of these turns; of none where it went well. What isn't there is no
    error."""
    folder = folder_of(project, conversation)
    if not turns:
        shutil.rmtree(folder, ignore_errors=True)
        return
    stay = {path_of(project, conversation, turn).name for turn in turns}
    for picture in folder.glob("turn-*.jpg"):
        if picture.name not in stay:
            picture.unlink(missing_ok=True)


class Album:
    """The pictures of one conversation. `tells` is how evidence names one."""

    def __init__(self, project: Path, conversation: str) -> None:
        self._project, self._conversation = project, conversation
        self._pictures: dict[int, bytes] = {}

    def tells(self, turn: int) -> str:
        return str(path_of(self._project, self._conversation, turn).relative_to(self._project))

    def add(self, turn: int, picture: bytes) -> None:
        self._pictures[turn] = picture
        if len(self._pictures) > _MOST:
            del self._pictures[min(self._pictures)]

    async def write(self) -> None:
        """Write what there is; a full disk costs pictures, not the conversation."""
        if self._pictures:
            await asyncio.to_thread(self._write)

    def _write(self) -> None:
        try:
            folder_of(self._project, self._conversation).mkdir(parents=True, exist_ok=True)
            for turn, picture in self._pictures.items():
                path_of(self._project, self._conversation, turn).write_bytes(picture)
        except OSError:
            return
