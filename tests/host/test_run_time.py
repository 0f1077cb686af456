"""A run's time: it never goes back, at whatever pace, and the way to it can be gone back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.host.run_time import PACES, RunTime

STEPS = st.lists(
    st.tuples(
        st.integers(0, 90_000), st.sampled_from(["wait", "go", "come"]), st.sampled_from(PACES)
    ),
    max_size=12,
)


@given(STEPS)
def test_it_never_goes_back_and_can_be_gone_back(
    steps: list[tuple[int, str, int]],
) -> None:
    time, clock_ms, last_ms = RunTime(), 1_700_000_000_000, 0
    for ms, what, pace in steps:
        clock_ms += ms
        now_ms = time.at(clock_ms)
        assert now_ms >= last_ms
        if what == "go":
            time.go(pace, clock_ms)
            assert time.at(clock_ms) == now_ms, "another pace is no leap"
        if what == "come":
            time.come(now_ms + ms, clock_ms)
            assert time.at(clock_ms) == now_ms + ms
        last_ms = time.at(clock_ms)
        for later_ms in (0, 1, 999, 50_000):
            there_ms = time.clock(last_ms + later_ms)
            assert time.at(there_ms) >= last_ms + later_ms, "it is there by then"
            assert time.at(there_ms - 1) < last_ms + later_ms, "and wasn't before"


def test_at_eight_times_a_hold_of_forty_seconds_is_over_in_five() -> None:
    time = RunTime()
    assert time.is_clock
    time.go(8, 1_000_000)
    assert (time.pace, time.is_clock) == (8, False)
    assert time.clock(1_040_000) == 1_005_000
    time.go(1, 1_005_000)
    assert time.at(1_006_000) == 1_041_000


def test_a_log_that_is_behind_changes_nothing() -> None:
    time = RunTime()
    time.come(999_000, 1_000_000)
    assert time.is_clock
