"""The two places rows are put: a dataset, an experiment. Both are made where there is none of that name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from prebeta.datasets.braintrust.rows import Row
from prebeta.datasets.braintrust.wire import Login

PROJECT, DATASET = "prebeta", "prebeta_cases"


class Board(Protocol):
    """Where rows are put."""

    def there(self) -> dict[str, Row]:
        """The rows that are there now, by id. Raises Rejected, Unavailable."""
        ...

    def send(self, rows: Iterable[Row]) -> None:
        """Put rows there, over those of the same id, and come back when they are. Raises Rejected, Unavailable."""
        ...


class DatasetBoard:
    """A dataset of a project."""

    def __init__(self, login: Login, project: str = PROJECT, name: str = DATASET) -> None:
        self._login, self._project, self._name = login, project, name

    def there(self) -> dict[str, Row]:
        """The rows by id."""
        with self._login.talking():
            return {str(row["id"]): row for row in self._opened().fetch()}

    def send(self, rows: Iterable[Row]) -> None:
        """Insert and flush."""
        with self._login.talking():
            dataset = self._opened()
            for row in rows:
                dataset.insert(**row)
            dataset.flush()

    def _opened(self) -> Any:
        """Anew each time: the SDK keeps what it has fetched."""
        return self._login.sdk.init_dataset(
            project=self._project, name=self._name, use_output=False, state=self._login.state
        )


class ExperimentBoard:
    """An experiment of a project. Nothing is told of the repository it is called in, nor where our code lies."""

    def __init__(self, login: Login, project: str, name: str) -> None:
        self._login, self._project, self._name = login, project, name

    def there(self) -> dict[str, Row]:
        """The rows by id."""
        with self._login.talking():
            return {str(row["id"]): row for row in self._opened().fetch()}

    def send(self, rows: Iterable[Row]) -> None:
        """Log each as a span of its own, and flush."""
        with self._login.talking():
            experiment = self._opened()
            for row in rows:
                told = {key: value for key, value in row.items() if key not in ("start", "end")}
                span = experiment.start_span(
                    name="conversation", start_time=row["start"], set_current=False, context=dict(_NOWHERE), **told
                )
                span.end(row["end"])
            experiment.flush()

    def _opened(self) -> Any:
        sdk = self._login.sdk
        return sdk.init_experiment(
            project=self._project,
            experiment=self._name,
            update=True,
            set_current=False,
            git_metadata_settings=sdk.GitMetadataSettings(collect="none"),
            state=self._login.state,
        )


_NOWHERE: Mapping[str, str | int] = MappingProxyType(
    {"caller_functionname": "prebeta", "caller_filename": "prebeta", "caller_lineno": 0}
)
"""In place of the path of this file, which the SDK would send."""
