"""`lucbao demo`: the sample archive -> a folder of its own beside your articles, indexed and served."""

from __future__ import annotations

import argparse

from command import index, serve
from command.add import added
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive

add_options = serve.add_options


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Add the sample articles, index them and serve them."""
    from corpus.sample import NOTICES, sample_folder

    options.home /= "demo"
    with Archive.open(options.home / ARCHIVE_FILE, create=True) as archive:
        archive.traits.set_notices(NOTICES)
        empty = not archive.last_change()
    if empty:
        speaker.say("demo.adding")
    added(
        options.home, [sample_folder()], speaker
    )  # each time: loading may have been broken off, and what is there is found unchanged
    index.bring_up(options.home, options.environment, speaker)
    return serve.run(options, speaker)
