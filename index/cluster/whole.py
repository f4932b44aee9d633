"""What a node sent -> an answer that is whole, or what is in the way of one.

An answer counts only if every shard gave its own in full: a failed shard, a shard that nobody answered for, a time that ran out make it none.
"""

from __future__ import annotations

from typing import Any

from index.cluster.host import Trouble, refusal

Answer = dict[str, Any]


def whole(answer: object) -> Answer:
    """Return the answer of a search. Raises Trouble if it is none, or a part of one."""
    if not isinstance(answer, dict) or not isinstance(answer.get("hits"), dict):
        raise Trouble("foreign")
    if answer.get("timed_out") is not False:
        raise Trouble("late")
    check_shards(answer)
    return answer


def whole_each(answer: object, count: int) -> list[Answer]:
    """Return the answers of several searches, as many as were asked. Raises Trouble if one of them is none, or a part of one."""
    answers = answer.get("responses") if isinstance(answer, dict) else None
    if not isinstance(answers, list) or len(answers) != count:
        raise Trouble("foreign")
    for each in answers:
        if isinstance(each, dict) and "error" in each:
            raise refusal(each["status"] if isinstance(each.get("status"), int) else 500, each)
    return [whole(each) for each in answers]


def check_shards(answer: Answer) -> None:
    """Raise Trouble unless every shard took part."""
    shards = answer.get("_shards")
    if not isinstance(shards, dict) or not all(isinstance(shards.get(name), int) for name in ("total", "successful", "failed")):
        raise Trouble("foreign")
    if shards["failed"]:
        raise refusal(503, {"error": {"type": "shards", "failed_shards": shards.get("failures", [])}})
    if shards["total"] < 1 or shards["successful"] != shards["total"]:
        raise Trouble("shards", status=200)
