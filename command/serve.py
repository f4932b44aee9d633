"""`lucbao serve`: a data folder -> the web pages, on this machine unless --host says otherwise."""

from __future__ import annotations

import argparse

from command import DONE
from command.errors import WrongUsage, reason
from command.speaker import Speaker
from command.typed.value import port_number


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `serve`."""
    parser.add_argument("--host", default="127.0.0.1", help=speaker.text("option.host"))
    parser.add_argument("--port", type=port_number(speaker), default=8000, help=speaker.text("option.port"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Serve the pages until asked to stop."""
    from web import setting
    from web.serving import server

    host, port = options.host, str(options.port)
    try:
        server.serve(options.home, host, options.port, listening=lambda: speaker.say("serve.running", host=host, port=port))
    except OSError as error:
        raise WrongUsage("serve.no_port", host=host, port=port, error=reason(error)) from error
    except setting.SettingError as error:
        raise WrongUsage("wrong_setting", error=error.told) from error
    return DONE
