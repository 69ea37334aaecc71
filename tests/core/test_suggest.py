from __future__ import annotations

from prebeta.core.suggest import suggestion


def test_the_nearest_name_is_suggested_whatever_its_case() -> None:
    assert suggestion("agnda", ["autopilot", "agenda"], "known: …") == "did you mean 'agenda'?"
    assert suggestion("stuk", ["REACHED", "STUCK"], "known: …") == "did you mean 'STUCK'?"
    assert suggestion("r20", ["r201", "r202", "r203", "r204"], "", most=3).count("'") == 6


def test_where_nothing_is_near_the_other_hint_is_given() -> None:
    assert suggestion("xyz", ["agenda"], "known: agenda") == "known: agenda"
    assert suggestion("xyz", [], "") == ""
