from concurrent.futures import ThreadPoolExecutor

from language.memo import LONGEST_KEY, Memo


def test_works_out_a_result_once():
    asked = []
    memo = Memo(lambda text: asked.append(text) or text.upper())
    assert [memo["hoà"], memo["bình"], memo["hoà"]] == ["HOÀ", "BÌNH", "HOÀ"]
    assert asked == ["hoà", "bình"]


def test_never_holds_more_than_its_entries():
    memo = Memo(str.upper, entries=10)
    for number in range(100):
        assert memo[f"số{number}"] == f"SỐ{number}"
        assert len(memo) <= 10


def test_does_not_keep_what_is_long():
    memo = Memo(len)
    assert memo["a" * LONGEST_KEY] == LONGEST_KEY
    assert memo["a" * (LONGEST_KEY + 1)] == LONGEST_KEY + 1
    assert list(memo) == ["a" * LONGEST_KEY]


def test_threads_may_share_one():
    memo = Memo(str.upper, entries=7)
    texts = [str(number % 23) + "đ" for number in range(5000)]
    with ThreadPoolExecutor(4) as pool:
        for result in pool.map(lambda _: list(map(memo.__getitem__, texts)), range(8)):
            assert result == [text.upper() for text in texts]
