"""What a run leaves: written a conversation at a time, read as light rows or whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from prebeta.core.errors import UsageError
from prebeta.core.results import Assessment, Row, Run
from prebeta.core.suggest import suggestion
from prebeta.core.types import Transcript, Verdict
from prebeta.store.claim import claimed, is_claimed
from prebeta.store.encode import assessment_columns, decode_transcript, encode_transcript
from prebeta.store.insert import Insert
from prebeta.store.open import copied, is_there, open_engine, path_of, translate
from prebeta.store.passages import catch_up, is_caught_up
from prebeta.store.rows import (
    ASSESSMENT,
    ROW,
    RowReader,
    conversation_columns,
    read_run,
    read_verdicts,
    run_columns,
    verdict_columns,
)
from prebeta.store.search import Hits, Wanted, find
from prebeta.store.tables import conversations, runs, transcripts, verdicts
from prebeta.store.text import label

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation as it lies in the store."""

    transcript: Transcript
    verdicts: tuple[Verdict, ...]
    assessment: Assessment


class Store:
    """Runs and their conversations. May be used from several threads and processes at once.

    `migrated` says what was done to one of an older schema when it was opened; None as a rule.
    Every method raises UsageError where a person can mend what is wrong (an unknown run, a read-only
    file) and StoreError where not (the disk is full).
    """

    def __init__(self, location: str | Path, *, create: bool = True) -> None:
        self.path = path_of(location).absolute()
        self._opened = open_engine(location, create=create)
        self._engine, self.migrated = self._opened.engine, self._opened.migrated
        tables = (conversations, transcripts, verdicts)
        self._inserts = tuple(Insert.into(table, self._engine.dialect) for table in tables)

    @classmethod
    def open(cls, location: str | Path, *, create: bool = True) -> Store:
        """The store at a path. With `create` it is made where it is missing, and must be writable."""
        return cls(location, create=create)

    @staticmethod
    def is_there(location: str | Path) -> bool:
        """Whether there is a store already. Raises UsageError where there is none and none can be made."""
        return is_there(location)

    def close(self) -> None:
        self._engine.dispose()
        if self._opened.copy is not None:
            self._opened.copy.cleanup()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- runs ------------------------------------------------------------------------------------------

    def create_run(self, run: Run) -> None:
        """Keep a new run."""
        values = run_columns({field.name: getattr(run, field.name) for field in fields(run)})
        with self._transaction() as connection:
            connection.execute(insert(runs).values(values))

    def update_run(self, run_id: str, **changes: Any) -> None:
        """Change fields of a run, by their names in core.Run."""
        with self._transaction() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(run_columns(changes)))

    def claim(self, run_id: str) -> AbstractContextManager[None]:
        """Have a run to oneself: for as long as that lasts nobody else can claim it, and it ends with this process.

        Entering it raises UsageError where another process, or another claim of this one, has the run.
        """
        return claimed(self.path, run_id)

    def runs(self) -> list[Run]:
        """All runs, the oldest first. One that says it is running while nobody has claimed it is interrupted."""
        with self._transaction() as connection:
            found = connection.execute(select(runs).order_by(runs.c.created_at, runs.c.id)).all()
        return [self._as_it_is(read_run(one)) for one in found]

    def run(self, name: str) -> Run:
        """The run of this id, of an unambiguous beginning of one, `latest`, or the latest of this release."""
        known = self.runs()
        if not known:
            raise UsageError(f"the store {self.path} holds no runs yet; start one: prebeta run")
        exact = [run for run in known if run.id == name] or [run for run in known if run.release == name]
        if exact or name == "latest":
            return (exact or known)[-1]
        begins = [run for run in known if name and run.id.startswith(name)]
        if len(begins) == 1:
            return begins[0]
        if begins:
            raise UsageError(f"{len(begins)} runs begin with {name!r}: {_some([run.id for run in begins])}")
        names = {run.id for run in known} | {run.release for run in known if run.release}
        hint = suggestion(name, names, f"the latest is {known[-1].id}", most=3)
        raise UsageError(f"no run {name!r} among the {len(known)} of {self.path}; {hint} (all: prebeta runs)")

    # --- conversations -----------------------------------------------------------------------------------

    def put(
        self,
        run_id: str,
        transcript: Transcript,
        verdicts_: Sequence[Verdict],
        assessment: Assessment,
        position: int = 0,
    ) -> bool:
        """Keep a whole conversation in one transaction. `position` is its place in the plan.

        The first to come stays: False where the run holds this conversation already.
        """
        return not self.put_all(run_id, [(position, Stored(transcript, tuple(verdicts_), assessment))])

    def put_all(self, run_id: str, several: Sequence[tuple[int, Stored]]) -> list[str]:
        """Keep whole conversations, each with its place in the plan, all in one transaction.

        The first to come stay: gives the ids of those that the run holds already.
        """
        rows = [{"run": run_id, **conversation_columns(one.transcript, one.assessment, at)} for at, one in several]
        whole, judged = [], []
        for _, one in several:
            key = {"run": run_id, "conversation": one.transcript.id}
            whole.append({**key, "document": encode_transcript(one.transcript)})
            judged += [{**key, **verdict_columns(at, verdict)} for at, verdict in enumerate(one.verdicts)]
        try:
            with self._transaction() as connection:
                for into, new in zip(self._inserts, (rows, whole, judged), strict=True):
                    into.put(connection, new)
        except IntegrityError:
            if len(several) > 1:
                return [known for each in several for known in self.put_all(run_id, [each])]
            if label(several[0][1].transcript.id) not in self.done(run_id):
                raise
            return [several[0][1].transcript.id]
        return []

    def done(self, run_id: str) -> set[str]:
        """Ids of the conversations a run holds."""
        with self._transaction() as connection:
            return set(connection.scalars(select(conversations.c.id).where(conversations.c.run == run_id)))

    def rows(self, run_id: str, policy: str | None = None) -> list[Row]:
        """A run's conversations without their turns, in plan order; those of one policy, if given."""
        query = _in_plan_order(select(*ROW), run_id)
        if policy is not None:
            query = query.where(conversations.c.policy == policy)
        with self._transaction() as connection:
            return list(map(RowReader().row, connection.execute(query)))

    def conversation(self, run_id: str, name: str) -> Stored:
        """One whole conversation, by its id or an unambiguous beginning of it."""
        with self._transaction() as connection:
            name = label(name)
            begins = conversations.c.id.startswith(name, autoescape=True)
            query = select(conversations.c.id).where(conversations.c.run == run_id, begins)
            found = sorted(connection.scalars(query.limit(50)))
            if len(found) == 1 or name in found:
                chosen = name if name in found else found[0]
                return next(self._load(connection, run_id, [chosen]))
        if found:
            raise UsageError(f"{len(found)} conversations of {run_id} begin with {name!r}: {_some(found)}")
        known = self.done(run_id)
        hint = suggestion(name, known, f"all: prebeta export {run_id} --format jsonl", most=3)
        raise UsageError(f"no conversation {name!r} among the {len(known)} of run {run_id}; {hint}")

    def conversations(self, run_id: str) -> Iterator[Stored]:
        """A run's whole conversations in plan order, a batch in memory at a time."""
        with self._transaction() as connection:
            ids = list(connection.scalars(_in_plan_order(select(conversations.c.id), run_id)))
        for begin in range(0, len(ids), _BATCH):
            with self._transaction() as connection:
                batch = list(self._load(connection, run_id, ids[begin : begin + _BATCH]))
            yield from batch

    def search(self, wanted: Wanted) -> Hits:
        """Turns that hold what is looked for. What was run since the last search is made searchable first; where the
        store can't be written to, in a copy of it."""
        try:
            if self._opened.read_only and not is_caught_up(self._engine):
                return self._search_copy(wanted)
            indexed = self._opened.read_only or catch_up(self._engine)
        except DatabaseError as error:
            raise translate(error, self.path) from error
        with self._transaction() as connection:
            return find(connection, wanted, indexed=indexed)

    def reassess(self, run_id: str, found: Iterable[tuple[str, Assessment]]) -> None:
        """Put the stages of other assessments, by conversation, in place of those that are kept; all or none of them."""
        places = ("stage", "stages", "symptoms")
        mine = (conversations.c.run == run_id) & (conversations.c.id == bindparam("which"))
        change = update(conversations).where(mine).values({name: bindparam(f"new_{name}") for name in places})
        told = iter(found)
        # read first, a batch at a time: what is told may come from the store, which takes one transaction at once
        batches = []
        while batch := list(islice(told, _BATCH)):
            columns = ((name, assessment_columns(one)) for name, one in batch)
            batches.append(
                [{"which": name, **{f"new_{each}": held[each] for each in places}} for name, held in columns]
            )
        with self._transaction() as connection:
            for values in batches:
                connection.execute(change, values)

    # --- below -------------------------------------------------------------------------------------------

    def _as_it_is(self, run: Run) -> Run:
        if run.state == "running" and not is_claimed(self.path, run.id):
            return replace(run, state="interrupted")
        return run

    def _search_copy(self, wanted: Wanted) -> Hits:
        with self._engine.connect() as connection:
            folder = copied(self.path, connection.connection.driver_connection)
        with folder as name, Store.open(Path(name) / self.path.name, create=False) as copy:
            return copy.search(wanted)

    @staticmethod
    def _load(connection: Connection, run_id: str, ids: Sequence[str]) -> Iterator[Stored]:
        light = select(conversations.c.id, *ASSESSMENT)
        light = light.where(conversations.c.run == run_id, conversations.c.id.in_(ids))
        read = RowReader().assessment
        assessments = {found[0]: read(found[1:]) for found in connection.execute(light)}
        whole = select(transcripts.c.conversation, transcripts.c.document)
        whole = whole.where(transcripts.c.run == run_id, transcripts.c.conversation.in_(ids))
        documents: dict[str, str] = {found[0]: found[1] for found in connection.execute(whole)}
        judged = select(verdicts.c.conversation, verdicts.c.document).order_by(verdicts.c.position)
        judged = judged.where(verdicts.c.run == run_id, verdicts.c.conversation.in_(ids))
        said: dict[str, list[str]] = {}
        for found in connection.execute(judged):
            said.setdefault(found[0], []).append(found[1])
        for one in ids:
            judgement = read_verdicts(said.get(one, []))
            yield Stored(decode_transcript(documents[one]), judgement, assessments[one])

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction whose database errors come out as ours."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise translate(error, self.path) from error


def _in_plan_order(query: Select[Any], run_id: str) -> Select[Any]:
    return query.where(conversations.c.run == run_id).order_by(conversations.c.position, conversations.c.id)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
