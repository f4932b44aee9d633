from __future__ import annotations

import math
import threading

import pytest

from searcher.deadline import Deadline, DeadlineExceeded, watched


def test_what_expires_is_noted_where_it_was_asked() -> None:
    watch = watched()
    Deadline(math.inf).check()
    assert not watch.expired
    with pytest.raises(DeadlineExceeded):
        Deadline(-math.inf).check()
    assert watch.expired
    assert not watched().expired
    assert watch.expired


def test_what_expires_for_another_thread_is_not_noted() -> None:
    watch = watched()

    def expire() -> None:
        with pytest.raises(DeadlineExceeded):
            Deadline(-math.inf).check()

    other = threading.Thread(target=expire)
    other.start()
    other.join()
    assert not watch.expired


def test_steps_are_handed_on_until_the_time_is_over() -> None:
    assert list(Deadline(math.inf).each("abc")) == ["a", "b", "c"]
    deadline = Deadline(math.inf)
    steps = deadline.each("abc")
    assert next(steps) == "a"
    deadline.at = -math.inf
    with pytest.raises(DeadlineExceeded):
        next(steps)
