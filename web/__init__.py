"""The web: Searcher and archive -> pages, JSON. `create_app` is all that others need.

Reads only, asks no third party. The one place besides lucbao.py that looks at the environment.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, url_for

from corpus.hashtag import tag_key
from corpus.permalink import permalink
from language.period import today_in_vietnam
from searcher.opening import Opening, is_embedded
from web import address, message, presentation
from web.around import compression, cross_origin, error, freshness, host, intake, limit, login, metric, proxy, security
from web.around.host import LOCAL
from web.desk import Desk, notice
from web.listing import SNIPPETS_SHOWN, TAGS_SHOWN
from web.setting import Settings, data_folder, read_settings
from web.view import (
    actor,
    api,
    article,
    batch,
    change,
    chart,
    citation,
    coverage,
    discovery,
    document,
    example,
    export,
    facet,
    feed,
    follow,
    health,
    place,
    place_table,
    reference,
    search,
    tag,
    trend,
)

_STATIC_SECONDS = 365 * 24 * 3600
mimetypes.add_type("font/woff2", ".woff2")  # not every system knows it


def create_app(
    home: Path | None = None, *, base_url: str | None = None, settings: Settings | None = None, hosts: Iterable[str] = ()
) -> Flask:
    """Return the WSGI application over the archive in `home` (default: LUCBAO_HOME, else ./lucbao-data).

    `settings` (default: what the environment says, see web.setting) is how it is run; `base_url`, if given, goes before its own;
    `hosts` are names that it is reached by besides those of the settings. Nothing is opened here, so processes may be forked afterwards: an
    archive that is missing or damaged makes a clear 503 until it is not. Raises SettingError or ClusterSettingInvalid if the environment makes no
    sense.
    """
    settings = settings or read_settings(os.environ)
    app = Flask(__name__)
    app.config["BASE_URL"] = (base_url or settings.base_url).rstrip("/")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _STATIC_SECONDS  # addresses of static files carry their content's hash
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    # What comes first sees a request first and its response last.
    metric.measure(
        app,
        access_log=settings.access_log,
        open_metrics=settings.open_metrics,
        has_proxy=bool(settings.proxies),
        many_processes=settings.many_processes,
    )
    observe = None if is_embedded(os.environ) else metric.measure_cluster(app)
    engines = Opening(os.environ, observe=observe)
    app.extensions["lucbao"] = Desk(data_folder(home or os.environ.get("LUCBAO_HOME") or "lucbao-data"), engines)
    if not settings.password:
        compression.compress(app)
    security.guard(app)
    cross_origin.open_to(app, settings.origins)
    host.check(app, (*hosts, *settings.hosts, urlsplit(app.config["BASE_URL"]).hostname or LOCAL))
    message.speak(app)
    error.handle(app)
    limit.limit(app, settings.rate)
    if settings.password:
        login.close(app, settings.password, settings.sessions)
    freshness.keep_fresh(app)
    rooms = (
        search,
        facet,
        article,
        citation,
        export,
        chart,
        feed,
        discovery,
        batch,
        tag,
        document,
        trend,
        place,
        place_table,
        actor,
        coverage,
        change,
        follow,
        api,
        reference,
        health,
    )
    for room in rooms:
        app.register_blueprint(room.blueprint)
    intake.take_in(app)
    proxy.believe(app, settings.proxies)

    @cache
    def static_url(name: str) -> str:
        content = (Path(str(app.static_folder)) / name).read_bytes()
        return f"{url_for('static', filename=name)}?v={hashlib.sha256(content).hexdigest()[:8]}"

    app.jinja_env.globals.update(
        notice=notice,
        syntax_examples=example.syntax_examples,
        t=message.t,
        told=presentation.told,
        number=message.number,
        language=message.language,
        other_languages=message.other_languages,
        static_url=static_url,
        fonts=[f"fonts/{path.name}" for path in sorted((Path(str(app.static_folder)) / "fonts").glob("*.woff2"))],
        cites_this_machine=lambda: host.is_this_machine(urlsplit(address.site()).netloc),
        day_of_viewing=lambda: presentation.day(today_in_vietnam().isoformat()),
        tag_key=tag_key,
        permalink=permalink,
        snippets_shown=SNIPPETS_SHOWN,
        tags_shown=TAGS_SHOWN,
        **{
            part.__name__: part
            for part in (presentation.mark, presentation.day, presentation.month, presentation.day_and_time, presentation.zoned)
        },
        **{
            part.__name__: part
            for part in (
                presentation.hashtag,
                presentation.in_a_line,
                presentation.broken,
                presentation.outside_link,
                presentation.vietnamese,
            )
        },
        **{part.__name__: part for part in (address.pairs, address.search_url, address.article_url)},
        **{
            part.__name__: part for part in (address.unfiltered, address.with_query, address.away_url, address.full, address.here)
        },
    )
    return app
