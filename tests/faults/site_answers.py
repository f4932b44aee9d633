"""A data folder and addresses -> what a server over it answers to each, and what `lucbao check` says, all in a process of its own.

Invariant: whatever the folder does to that process, this one learns how far it came.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import lucbao_process

# How long a search took: the one thing in an answer that is not decided by the folder.
_TAKEN = re.compile(rb'"took_ms": ?[0-9.e-]+|(?:&lt;)?[0-9.]+ ms\b')


@dataclass(frozen=True)
class Answers:
    """Address -> (status, digest of the body), status 0 where the answer was broken off; how `check` ended and what it said.

    `died` says how the process ended if it did before all was asked, "" if it did not; `complained` is what it wrote on stderr.
    """

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    check: int = -1
    said: str = ""
    died: str = ""
    complained: str = ""

    @property
    def traceback(self) -> str:
        """The end of a traceback on stderr, "" if there is none."""
        return self.complained[-900:] if "Traceback (most recent call last)" in self.complained else ""


def addresses(ids: Sequence[str]) -> list[str]:
    """Return addresses of every route that reads archive or index, over a few articles."""
    found = [
        "/",
        "/tim-kiem?q=",
        "/thong-ke",
        "/the",
        "/sitemap.xml",
        "/sitemap-1.xml",
        "/tim-kiem.csv?q=",
        "/tim-kiem.jsonl?q=",
        "/readyz",
    ]
    for query in ("nông thôn mới", "truong hoc", '"đạt chuẩn" -xã', "tiêu-đề:xã", "xây*", "zqmoinoi", "thjt lowjn"):
        asked = quote(query)
        found += [
            f"/tim-kiem?q={asked}",
            f"/api/v1/search?q={asked}&size=50",
            f"/tim-kiem.atom?q={asked}",
            f"/tim-kiem/loc/tag?q={asked}",
        ]
        found += [f"/api/v1/search?q={asked}&sort=newest", f"/goi-y?q={asked[:4]}", f"/bai-viet/{ids[0]}?q={asked}"]
    for id in ids:
        found += [
            f"/api/v1/articles/{id}",
            f"/bai-viet/{id}-x",
            f"/bai-viet/{id}/thay-doi",
            f"/bai-viet/{id}/goc",
            f"/bai-viet/{id}.ris",
        ]
    return found


def ask(home: Path, asked: Sequence[str]) -> Answers:
    """Ask a server over `home`, following redirects, then check the folder."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(home)],
        env=lucbao_process.environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, complained = process.communicate(json.dumps(list(asked)), timeout=300)
    finally:
        lucbao_process.kill(process)
    answers: dict[str, tuple[int, str]] = {}
    last: dict[str, Any] = {}
    for line in out.splitlines():
        last = json.loads(line)
        if "address" in last:
            answers[last["address"]] = last["status"], last["digest"]
    died = "" if "check" in last else f"exit {process.returncode} after {len(answers)} answers"
    return Answers(answers, last.get("check", -1), last.get("said", ""), died, complained)


def _answer(home: Path) -> None:
    """Do what `ask` asks for: this is the other process's side."""
    from lucbao import main
    from web import create_app

    asked = json.load(sys.stdin)
    app = create_app(home)
    client = app.test_client()
    for address in asked:
        try:
            answer = client.get(address, follow_redirects=True)
            body = _TAKEN.sub(b"", answer.get_data())
            told = {"status": answer.status_code, "digest": hashlib.sha256(body).hexdigest()[:16]}
        except Exception as error:  # while the body was being made: the headers are sent by then, and a server breaks off
            told = {"status": 0, "digest": repr(error)[:300]}
        print(json.dumps({"address": address, **told}), flush=True)
    app.extensions["lucbao"].close()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main(["check"])
    print(json.dumps({"check": code, "said": said.getvalue()[-2000:]}), flush=True)


if __name__ == "__main__":
    _answer(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)
