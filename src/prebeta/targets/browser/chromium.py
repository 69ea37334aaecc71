"""The browser that a run uses: found on this machine, started once, closed cleanly."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from yarl import URL

from prebeta.core.errors import UsageError
from prebeta.targets.browser.options import BrowserOptions

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

_WINDOWLESS = ("chromium-headless-shell", "chrome-headless-shell")
"""The same browser without what draws windows: it opens a conversation in less than half the time."""
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_START_S = 60.0


class Chromium:
    """One browser process and the driver it is spoken to by."""

    def __init__(self, options: BrowserOptions) -> None:
        self._options = options
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Raises UsageError where the package or a browser is missing, or it can't be started."""
        try:
            from playwright.async_api import async_playwright
        except ImportError as error:
            raise UsageError("target kind browser needs playwright: pip install 'prebeta[browser]'") from error
        program = program_of(self._options)
        self._playwright = await async_playwright().start()
        try:
            await self._launch(program)
        except BaseException:
            await self.stop()
            raise

    async def browser(self) -> Browser:
        """The running browser, started again where it ended by itself."""
        async with self._starting:
            assert self._browser is not None
            if not self._browser.is_connected():
                await self._launch(program_of(self._options))
            return self._browser

    async def stop(self) -> None:
        from playwright.async_api import Error

        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        try:
            if browser is not None:
                await browser.close()
        except Error:
            return  # it ended before
        finally:
            if playwright is not None:
                await playwright.stop()

    async def _launch(self, program: str) -> None:
        from playwright.async_api import Error

        assert self._playwright is not None
        try:
            self._browser = await self._playwright.chromium.launch(
                executable_path=program,
                headless=self._options.headless,
                args=arguments_of(self._options),
                timeout=_START_S * 1000,
                # Ctrl-C is ours to answer: what runs is finished or recorded first.
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except Error as error:
            line = next((line for line in str(error).splitlines() if line.strip()), "no message")
            raise UsageError(f"the browser {program} can't be started: {line[:300]}") from error


def program_of(options: BrowserOptions) -> str:
    """The browser's program. Raises UsageError that says how to get one."""
    told = options.executable_path
    if told is not None:
        found = shutil.which(told)
        if found is None:
            raise UsageError(f"target.executable_path: no program {told!r}")
        return found
    names = (*_WINDOWLESS, *_NAMES) if options.headless else _NAMES
    found = next((path for name in names if (path := shutil.which(name))), None)
    found = found or next((place for place in _PLACES if Path(place).exists()), None)
    if found is None:
        raise UsageError(
            "no Chromium or Chrome here: install one (Debian, Ubuntu: apt-get install chromium), "
            "or name it as target.executable_path"
        )
    return found


def arguments_of(options: BrowserOptions) -> list[str]:
    """What the browser is started with beside Playwright's own: nothing is looked up that the project doesn't allow."""
    arguments = ["--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to start as root without it
    if "*" not in options.allow:
        names = [URL(options.url).host or "", *options.allow]
        arguments.append("--host-resolver-rules=MAP * ~NOTFOUND" + "".join(f" , EXCLUDE {name}" for name in names))
    return arguments


def is_allowed(host: str, own: str, allow: Sequence[str]) -> bool:
    """Whether the page may load from a host: its own, or one that the project names."""
    host = host.lower()
    return host == own.lower() or any(_fits(host, one.lower()) for one in allow)


def _fits(host: str, allowed: str) -> bool:
    return allowed in ("*", host) or (allowed.startswith("*.") and host.endswith(allowed[1:]))
