"""The requests of one conversation with an HTTP product: filled, sent, and what is kept of their answers."""

from __future__ import annotations

from functools import partial

import aiohttp
from yarl import URL

from prebeta.core.errors import Crashed, Refused, TargetError
from prebeta.core.types import Json
from prebeta.targets.http.plan import Keeper, Plan, Request
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.line import Call, Exchange, Line
from prebeta.targets.wire.paths import NotFollowed

_UNAUTHORIZED = 401


class Requests:
    """Sends a conversation's requests. A login that runs out in the middle (401) is done again, once a request, and what
    was turned away is sent again."""

    def __init__(self, plan: Plan, line: Line) -> None:
        self._plan = plan
        self._line = line
        self._values = line.values
        self._urls: dict[str, tuple[Json, URL]] = {}
        if plan.secrets:
            line.hide(*(render(line.values) for render in plan.secrets))

    async def log_in(self) -> None:
        """Raises Refused (the infrastructure's) where the product takes no such login."""
        login = self._plan.login
        if login is None:
            return
        try:
            exchange = await self._sent(login)
        except Crashed as error:
            status = self._line.last.status if self._line.last is not None else None
            if status is None or status >= 500:
                raise
            detail = f"{error.detail}: the login isn't taken; look at target.login"
            raise Refused(detail, error.raw, infrastructure=True) from error
        self._check_kept(login, exchange)

    async def ask(self, request: Request, headers: dict[str, str] | None = None, *, in_turn: bool = True) -> Exchange:
        """The answer to a request, which may outlive its turn where it isn't `in_turn`. Raises what `Line.ask` raises, and
        Malformed where a value to keep isn't there."""
        try:
            exchange = await self._sent(request, headers, in_turn=in_turn)
        except Crashed as error:
            if self._line.last is None or self._line.last.status != _UNAUTHORIZED or headers is not None:
                raise
            if self._plan.login is None:
                raise self._no_longer_let_in(request, error) from error
            await self.log_in()
            exchange = await self._sent_after_login(request)
        self._check_kept(request, exchange)
        return exchange

    async def _sent_after_login(self, request: Request) -> Exchange:
        try:
            return await self._sent(request)
        except Crashed as error:
            if self._line.last is not None and self._line.last.status == _UNAUTHORIZED:
                raise Crashed(f"{error.detail}, also after a new login", error.raw) from error
            raise

    async def _sent(self, request: Request, headers: dict[str, str] | None = None, *, in_turn: bool = True) -> Exchange:
        body = request.body(self._values) if request.body is not None else None
        url = self._url_of(request)
        call = Call(request.option, request.label, request.method, url, body, request.content_type, headers=headers)
        if not request.keepers:
            return await self._line.ask(call, in_turn=in_turn)
        keep = partial(self._keep, request.keepers)
        return await self._line.ask(call, keep, in_turn=in_turn)

    def _keep(self, keepers: tuple[Keeper, ...], raw: bytes, response: aiohttp.ClientResponse) -> None:
        """Keep what the answer holds of it; what it doesn't hold stays as it was."""
        document: Json = None
        if raw.strip() and any(keeper.find is not None for keeper in keepers):
            try:
                document = http_wire.decode(raw)
            except ValueError:
                document = None  # told where the answer is read
        for keeper in keepers:
            value = self._value(keeper, document, response)
            if value is not None:
                self._line.keep(keeper.name, value, secret=keeper.told.secret)

    def _value(self, keeper: Keeper, document: Json, response: aiohttp.ClientResponse) -> Json:
        if keeper.find is not None:
            try:
                return keeper.find(document)
            except NotFollowed:
                return None
        if keeper.told.header is not None:
            return response.headers.get(keeper.told.header)
        # From the conversation's cookies: a redirect may have set it, which is no longer in the last answer.
        cookies = self._line.client.cookie_jar.filter_cookies(response.url)
        cookie = cookies.get(keeper.told.cookie or "")
        return None if cookie is None else cookie.value

    def _check_kept(self, request: Request, exchange: Exchange) -> None:
        section = request.option.partition(".")[0]
        for keeper in request.keepers:
            if self._values.get(keeper.name) is None and section != "send":
                detail = (
                    f"{section}.keep: nothing for {keeper.name!r} ({keeper.place}) in the answer to {request.label}"
                )
                raise self._line.malformed(detail, exchange.body)

    def _no_longer_let_in(self, request: Request, error: TargetError) -> TargetError:
        if not request.uses_kept:
            return error
        kept = ", ".join(f"{{{name}}}" for name in request.uses_kept)
        detail = f"{error.detail}: the kept {kept} isn't or is no longer taken; only a target.login is done again"
        return Crashed(detail, error.raw)

    def _url_of(self, request: Request) -> URL:
        if not request.fixed_url:
            return URL(request.url(self._values), encoded=True)
        session = self._values["session"]
        known = self._urls.get(request.option)
        if known is None or known[0] != session:
            known = self._urls[request.option] = (session, URL(request.url(self._values), encoded=True))
        return known[1]
