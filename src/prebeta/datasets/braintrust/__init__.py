"""Cases as rows of a Braintrust dataset and back, and a run as a Braintrust experiment: through Braintrust's own SDK."""

from prebeta.datasets.braintrust.boards import DATASET, PROJECT, DatasetBoard, ExperimentBoard
from prebeta.datasets.braintrust.experiment import experiment_rows
from prebeta.datasets.braintrust.pulling import Came, case_of_any_row, pull
from prebeta.datasets.braintrust.pushing import Pushed, push
from prebeta.datasets.braintrust.rows import HELD_OUT, dataset_row, is_from_there
from prebeta.datasets.braintrust.wire import Login, address, log_in

__all__ = ["DATASET", "HELD_OUT", "PROJECT", "Came", "DatasetBoard", "ExperimentBoard", "Login", "Pushed", "address"]
__all__ += ["case_of_any_row", "dataset_row", "experiment_rows", "is_from_there", "log_in", "pull", "push"]
