from __future__ import annotations

import io
import re

from written_conversations import row

from prebeta.report.progress import Progress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_plain_lines_now_and_then_where_there_is_no_terminal() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(200, stream, clock=clock)
    for number, outcome in enumerate(["REACHED", "ABANDONED", "SIM_FAULT", "REACHED"] * 5):
        clock.now += 0.5
        progress.update(row(number, outcome).assessment, 8)
    progress.close()
    assert stream.getvalue() == (
        "10/200 done · 5 reached · 3 failed · 2 excluded · 16 turns/s · 1 min 35 s left\n"
        "20/200 done · 10 reached · 5 failed · 5 excluded · 16 turns/s · 1 min 30 s left\n"
    )


def test_one_line_that_is_rewritten_and_taken_away_on_a_terminal() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(4, stream, live=True, clock=clock)
    for number in range(4):
        clock.now += 0.2
        progress.update(row(number).assessment, 8)
    progress.close()
    written = stream.getvalue()
    assert "\n" not in written
    assert written.endswith("\r\x1b[K")
    shown = [part for part in re.split(r"\r\x1b\[K", written) if part]
    assert len(shown) == 4
    assert shown[0].startswith("1/4 done · 1 reached · 0 failed · 0 excluded · 40 turns/s · 1 s left")
    assert shown[-1].startswith("4/4 done · 4 reached")
    assert "left" not in shown[-1]


def test_it_does_not_write_more_than_ten_times_a_second() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(1000, stream, live=True, clock=clock)
    for number in range(1000):
        clock.now += 0.001
        progress.update(row(number).assessment, 8)
    assert 5 <= stream.getvalue().count("\r") <= 10


def test_the_estimate_of_a_long_run() -> None:
    clock = Clock()
    progress = Progress(100, io.StringIO(), clock=clock)
    clock.now += 3700
    progress.update(row(0).assessment, 8)
    assert "101 h 45 min left" in progress.line(clock.now)
