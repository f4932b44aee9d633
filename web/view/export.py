"""A search -> all its hits as one file: as many records as the page says there are.

Formats of text are streamed; a workbook is written into a file first, for its table of contents stands at its end.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from tempfile import TemporaryFile

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corpus.writing.column import COLUMNS, SNIPPETS, USUAL, ColumnUnknown, ExportedArticle, read_columns
from corpus.writing.export import FORMATS, TABLES, XLSX, Format, csv_of, write_xlsx
from searcher.answer import exported_articles
from web.address import read_request, site
from web.around.error import error_response
from web.attachment import attachment
from web.desk import archive, searcher
from web.message import language, t
from web.stream import Begun

blueprint = Blueprint("export", __name__)

BY_EXTENSION = {format.extension: format for format in FORMATS.values()}
TIME_LIMIT = 10.0  # seconds to find the hits; sending them takes what it takes
_ARTICLES_A_PIECE = 50  # sent at a time
_BYTES_A_PIECE = 1 << 16


@blueprint.get("/tim-kiem.<any(csv, xlsx, jsonl, ris, bib):extension>")
def hits(extension: str) -> ResponseReturnValue:
    """Send every article that a search finds, in its order; X-Total-Count says how many. `columns` are those of a table."""
    asked, bad = read_request(request.args)
    wrong = [parameter.in_words(language()) for parameter in bad]
    columns = USUAL
    try:
        columns = read_columns(",".join(request.args.getlist("columns")))
    except ColumnUnknown as error:
        wrong.append(t("bad.columns", column=error.column[:40], columns=", ".join(COLUMNS)))
    if request.args.get("columns") and extension not in TABLES:
        wrong.append(t("bad.columns_of_no_table", extension=extension))
    if wrong:  # a file has no place to say what was not understood
        return error_response(400, "bad_parameter", " ".join(wrong), query=asked.query)
    found = searcher().find_matches(asked, with_snippets=SNIPPETS in columns, time_limit=TIME_LIMIT)
    exported = exported_articles(found, site(), archive().absences.since)
    if extension == XLSX:
        body: Iterable[str] | Iterable[bytes] = Begun(_workbook(exported, columns))
    else:
        body = Begun(_pieces(exported, csv_of(columns) if extension == "csv" else BY_EXTENSION[extension]))
    return attachment(body, extension, asked.query, total=len(found))


@blueprint.get("/tim-kiem/tai-ve")
def choose_columns() -> ResponseReturnValue:
    """Show the columns that a table of a search may have, to choose from."""
    asked, _ = read_request(request.args)
    tables = [("Excel", XLSX), ("CSV", "csv")]
    return render_template(
        "export/columns.html",
        asked=replace(asked, page=1, size=10, fold=True, near=True),
        columns=COLUMNS,
        usual=USUAL,
        tables=[(label, url_for("export.hits", extension=extension)) for label, extension in tables],
    )


def _pieces(exported: Iterator[ExportedArticle], format: Format) -> Generator[str, None, None]:
    waiting = [format.head]
    for one in exported:
        waiting.append(format.piece(one))
        if len(waiting) >= _ARTICLES_A_PIECE:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting)


def _workbook(exported: Iterator[ExportedArticle], columns: tuple[str, ...]) -> Generator[bytes, None, None]:
    with TemporaryFile() as file:
        write_xlsx(exported, columns, file)
        file.seek(0)
        while piece := file.read(_BYTES_A_PIECE):
            yield piece
