"""gunicorn's settings for Lục Báo: gunicorn -c gunicorn.conf.py 'web:create_app()'. See docs/installing.md."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from pathlib import Path
from typing import Any

bind = "127.0.0.1:8000"
workers = int(os.environ.get("WEB_CONCURRENCY") or multiprocessing.cpu_count())
worker_class = "gthread"
threads = 4
timeout = 60  # seconds without a sign of life before a worker is replaced; a long export is no reason
graceful_timeout = 30  # seconds that running requests get after SIGTERM
keepalive = 15  # longer than nginx keeps an idle connection to us
max_requests = 20_000  # a fresh worker now and then
max_requests_jitter = 2_000
control_socket_disable = True  # gunicorn 25 and later make one in the home folder, which a service has not
limit_request_line = (
    0  # nginx has its own (16 KB); gunicorn's 8 KB cut a long Vietnamese query, nine bytes a letter in an address
)


def on_starting(server: Any) -> None:
    """Empty the folder in which workers share their figures: those of earlier runs are no part of the sum."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)


def child_exit(server: Any, worker: Any) -> None:
    """Let a worker's figures stay in the sum when it has gone."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)


def post_worker_init(worker: Any) -> None:
    """Let each worker see to the archive's log at quiet times."""
    from web.serving.upkeep import keep_tidy

    keep_tidy(worker.wsgi)
