"""Edge cases as files beside prebeta.yaml: reviewed like code, held again by `cases run` and pytest."""

from prebeta.datasets.cases.case import Case, Checks, Flakiness, MustNot, Provenance, case_id
from prebeta.datasets.cases.reading import FOLDER, read_case, read_cases
from prebeta.datasets.cases.rows import case_of_row, row_of, scenario_of_row
from prebeta.datasets.cases.writing import rendered, write

__all__ = ["FOLDER", "Case", "Checks", "Flakiness", "MustNot", "Provenance", "case_id", "case_of_row", "read_case"]
__all__ += ["read_cases", "rendered", "row_of", "scenario_of_row", "write"]
