"""The command line: `lucbao add`, `index`, `search`, `serve`, `demo`, `export`, `withdraw`, `backup`, `restore`, `check`, `rejects`, `stats`.

The only place, with web.create_app, that reads the environment. Results go to stdout, messages and progress to stderr.
Exit codes: 0 done; 1 done, but some input was rejected (and listed); 2 wrong usage; 3 archive or index damaged, or not writable.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from command.argument import CommandParser, add_search_options, asked_again, port_number, search_request
from command.message import WrongUsage, escaped, reason, say
from command.output import output
from command.progress import progress_bar
from command.terminal import bound_lines, grouped, render_page, render_report, render_statistics
from command.way_on import render_ways_on
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import SOURCES_FILE, load_papers, read_papers
from corpus.archive.reject import Reject
from corpus.errors import CorpusError, SourcesInvalid
from index.errors import IndexingError
from searcher.request import SearchRequest
from searcher.roster import ColumnMissing, Roster, read_roster

if TYPE_CHECKING:
    from corpus.ingest import IngestReport

DONE, REJECTED, WRONG_USAGE, DAMAGED = 0, 1, 2, 3
_LISTED_REJECTS = 20
_LONGEST_LIST = 20_000_000  # bytes

_EXAMPLES = {
    "": """
ví dụ:
  lucbao demo                               xem thử với kho bài mẫu
  lucbao add bai-bao/ luu-tru.jsonl.gz      nạp bài vào kho
  lucbao index                              dựng hoặc cập nhật chỉ mục
  lucbao search trường THPT đạt chuẩn       tìm ngay trong cửa sổ lệnh
  lucbao serve                              mở trang tìm kiếm trên trình duyệt

Dữ liệu nằm trong thư mục LUCBAO_HOME (mặc định ./lucbao-data).
Mã thoát: 0 xong; 1 xong nhưng có đầu vào bị loại; 2 sai cách dùng; 3 kho hoặc chỉ mục bị hỏng, không ghi được.""",
    "add": """
ví dụ:
  lucbao add trang.html                     một trang đã lưu
  lucbao add bai-bao/                       mọi trang trong thư mục, kể cả thư mục con
  lucbao add luu-tru.jsonl.gz               mỗi dòng một bài (JSON)
  lucbao add ghi-chep.txt                   văn bản thuần

Trong thư mục, tệp không phải bài báo được bỏ qua và đếm theo loại: "bỏ qua 12 tệp: 10 .pdf, 2 .docx".
Nạp lại đúng bài cũ thì không có gì đổi; bài có chữ khác thành một bản mới, bản cũ vẫn còn.
Không theo liên kết dẫn ra ngoài thư mục. Cái gì bị loại và vì sao: `lucbao rejects`.""",
    "rejects": """
ví dụ:
  lucbao rejects                            mọi mục bị loại và lý do
  lucbao rejects bai-bao/                   chỉ của thư mục này
  lucbao rejects luu-tru.jsonl --clear      xoá các mục bị loại của tệp này khỏi kho""",
    "index": """
ví dụ:
  lucbao index                              chỉ đọc những gì thay đổi từ lần trước
  lucbao index --rebuild                    dựng lại toàn bộ từ kho bài""",
    "backup": """
ví dụ:
  lucbao backup /o-khac/kho-2026-11-29.sqlite3     tệp mới, không bao giờ ghi đè

Bản sao được đọc lại trọn vẹn rồi mới mang tên ấy. Chỉ mục không cần sao lưu: nó dựng lại được từ kho.""",
    "restore": """
ví dụ:
  lucbao restore /o-khac/kho-2026-11-29.sqlite3

Kho đang có, dù hỏng hay không, được cất sang bên chứ không bị xoá; trang web đang chạy tự chuyển sang kho mới.
Đừng chép tệp đè lên kho: nhật ký archive.sqlite3-wal của kho cũ sẽ làm hỏng bản vừa chép.""",
    "search": """
ví dụ:
  lucbao search truong thpt dat chuan
  lucbao search trường -hà-nội -"nông thôn mới"
  lucbao search '"nông thôn mới"' --from 2020 --to 6/2022 --sort newest
  lucbao search tiêu-đề:"tuyển sinh" lớp --tag giáo_dục --json
  lucbao search --batch cau-hoi.txt > ket-qua.jsonl
  lucbao search --batch ten.csv --column "Họ và tên" --csv --years --from 2020 > so-tra.csv

Gì không phải tuỳ chọn liệt kê ở trên đều thuộc câu hỏi; sau -- thì mọi thứ. Cụm từ cần ngoặc kép trong ngoặc đơn: '"nông thôn mới"'.

cú pháp: "cụm từ" · "a b"~5 · HOẶC/OR · KHÔNG/NOT · -từ · xây* · tiêu-đề:… · #thẻ · nguồn:… · tác-giả:… · từ:2022 đến:2023
Dấu trừ và tiêu-đề: đi với cả từ theo sau: -quy hoạch; trừ từng tiếng: -quy -hoạch; chỉ một tiếng: -"quy" hoạch""",
    "export": """
ví dụ:
  lucbao export nông thôn mới --format csv -o nong-thon-moi.csv
  lucbao export nông thôn mới --format ris -o nong-thon-moi.ris    cho Zotero, EndNote
  lucbao export "" --format jsonl -o toan-bo.jsonl""",
}


def _place(origin: str, line: int | None) -> str:
    return escaped(origin if line is None else f"{origin}:{line}")


def command_add(options: argparse.Namespace) -> int:
    """`lucbao add PATH…`: read files into the archive and say what became of them."""
    report = _add(options.home, options.paths, progress=options.progress)
    if report.added or report.updated:
        say("Chạy `lucbao index` để tìm được các bài vừa nạp.")
    return REJECTED if report.rejected else DONE


def _add(home: Path, paths: Sequence[Path], *, progress: bool = False) -> IngestReport:
    from corpus.ingest import ingest

    shown = progress_bar("Nạp", "bài", told="đã lưu", forced=progress)
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, shown as show:
        report = ingest(paths, archive, progress=lambda done: show(done.saved))
        archive.file.checkpoint()  # from here on a copy of the one file is whole
    for reject in report.rejects[:_LISTED_REJECTS]:
        say(f"loại {_place(reject.origin, reject.line)}: {reject.reason}")
    if report.rejected > _LISTED_REJECTS:
        say(f"… và {grouped(report.rejected - _LISTED_REJECTS)} mục khác; xem tất cả bằng `lucbao rejects`.")
    for unread in report.unread_dates[:_LISTED_REJECTS]:
        say(f"{_place(unread.origin, unread.line)}: {unread.reason}")
    print(render_report(report))
    return report


def command_index(options: argparse.Namespace) -> int:
    """`lucbao index`: bring the index up to the archive."""
    return _index(options.home, rebuild=options.rebuild, progress=options.progress)


def _index(home: Path, *, rebuild: bool = False, progress: bool = False) -> int:
    from index.snapshot import INDEX_FOLDER
    from index.writer import update_index

    with progress_bar("Lập chỉ mục", "bài", told="đã lập chỉ mục", forced=progress) as show:
        archive, index, processes = home / ARCHIVE_FILE, home / INDEX_FOLDER, os.cpu_count() or 1
        report = update_index(archive, index, rebuild=rebuild, processes=processes, progress=show)
    with Archive.open(archive, read_only=True) as kept:
        kept.file.checkpoint()
    if report.rebuilt:
        say(f"Đã dựng lại toàn bộ chỉ mục: {report.rebuilt}.")
    renamed = f" · bảng tên báo đã đổi: {grouped(report.renamed)} bài mang tên báo mới" if report.renamed else ""
    print(f"lập chỉ mục {grouped(report.indexed)} bài · gỡ {grouped(report.removed)}{renamed}")
    return DONE


def command_search(options: argparse.Namespace) -> int:
    """`lucbao search QUERY`: search, for reading or as JSON; `--batch FILE`: every query of a list, as JSON lines or a table."""
    from searcher.search import Searcher

    if (options.query is None) == (options.batch is None):
        raise WrongUsage("cần đúng một trong hai: QUERY hoặc --batch FILE.")
    request = search_request(options)
    if options.batch is not None:
        return _search_batch(options, request)
    if options.column or options.header is not None or options.csv or options.years:
        raise WrongUsage("--column, --header, --csv, --years chỉ đi cùng --batch.")
    page = Searcher.open(options.home).search(request)
    if options.json:
        print(json.dumps(page.as_json(), ensure_ascii=False))
    else:
        for line in bound_lines(page):
            say(line)
        sys.stdout.write(render_page(page, styled=sys.stdout.isatty()))
        if not page.total and not page.cut:
            sys.stdout.write(render_ways_on(page, options.typed))
    last = -(-page.groups // page.size)
    if page.page > last > 0:
        again = asked_again("search", options.typed, page.query)
        say(f"Không có trang {grouped(page.page)}: trang cuối là {grouped(last)}. Xem nó bằng: {again} --page {last}")
    return DONE


def _search_batch(options: argparse.Namespace, request: SearchRequest) -> int:
    """Ask every entry of a list. What stands in it, in its order, is what comes out; what could not be asked says so in its place."""
    from searcher.ledger import json_lines, ledger, table_lines
    from searcher.search import Searcher

    if options.csv and {"--json", "--sort"} & {name for name, _ in options.typed}:
        raise WrongUsage("--csv cho mỗi dòng số bài và bài mới nhất, nên không đi cùng --json, --sort.")
    roster = _roster(options)
    searcher = Searcher.open(options.home)
    if not options.csv:
        for line in json_lines(searcher, roster, request, by_year=options.years):
            print(line, flush=True)
        return DONE
    with progress_bar("Tra", "dòng") as show, output(None) as out:
        found = ledger(searcher, (entry.query for entry in roster.entries), request, time_limit=math.inf, progress=show)
        base = _base_url()
        out.writelines(table_lines(roster, found, base=base, language="vi", named=str, by_year=options.years))
    return DONE


def _roster(options: argparse.Namespace) -> Roster:
    """Return the list to be asked, and say what of it will not be. Raises WrongUsage."""
    batch: Path = options.batch
    try:
        with contextlib.nullcontext(sys.stdin.buffer) if str(batch) == "-" else batch.open("rb") as file:
            content = file.read(_LONGEST_LIST + 1)
        if len(content) > _LONGEST_LIST:
            raise WrongUsage(f"{batch} lớn hơn {_LONGEST_LIST // 1_000_000} MB; hãy tách danh sách thành nhiều tệp.")
        roster = read_roster(content, batch.name, column=options.column, header=options.header)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"không đọc được {batch}: {reason(error)}.") from error
    except ColumnMissing as error:
        raise WrongUsage(f"{batch} không có cột {error.column!r}; có các cột: {', '.join(error.columns)}.") from error
    if roster.header:
        say(f"Dòng {roster.header} là tên các cột nên không tra; tra cột {roster.column!r}.")
    if roster.loose:
        say("! Dấu ngoặc kép trong bảng không đúng cách của CSV, nên từng dòng được đọc riêng.")
    return roster


def command_serve(options: argparse.Namespace) -> int:
    """`lucbao serve`: the web pages, on this machine unless --host says otherwise."""
    from web import setting
    from web.serving import server

    running = f"Lục Báo đang chạy ở http://{options.host}:{options.port} (dừng bằng Ctrl-C)"
    try:
        server.serve(options.home, options.host, options.port, listening=lambda: say(running))
    except OSError as error:
        place = f"cổng {options.port} ở {options.host}: {reason(error)}"
        raise WrongUsage(f"không mở được {place}. Hãy chọn cổng khác: `lucbao serve --port 8080`.") from error
    except setting.SettingError as error:
        raise WrongUsage(str(error)) from error
    return DONE


def command_demo(options: argparse.Namespace) -> int:
    """`lucbao demo`: the sample archive, in a folder of its own beside your articles, indexed and served."""
    from corpus.sample import NOTICES, sample_folder

    options.home /= "demo"
    with Archive.open(options.home / ARCHIVE_FILE, create=True) as archive:
        archive.set_notices(NOTICES)
        empty = not archive.last_change()
    if empty:
        say("Nạp kho bài mẫu (hư cấu, chỉ để xem thử)…")
    _add(options.home, [sample_folder()])  # each time: loading may have been broken off, and what is there is found unchanged
    _index(options.home)
    return command_serve(options)


def command_export(options: argparse.Namespace) -> int:
    """`lucbao export QUERY`: every article the query finds, however long it takes, as CSV, JSONL, RIS or BibTeX."""
    from corpus.writing.export import FORMATS, write
    from index.snapshot import INDEX_FOLDER
    from searcher.search import Searcher

    if options.query is None:
        raise WrongUsage('cần QUERY; "" là toàn bộ kho.')
    request = search_request(options)
    archive = Archive.open(options.home / ARCHIVE_FILE, read_only=True)
    searcher = Searcher(archive, options.home / INDEX_FOLDER, time_limit=math.inf)
    page = searcher.search(replace(request, page=1, size=1))
    for problem in page.problems:
        say(f"! {problem.message}")
    for line in bound_lines(page):
        say(line)
    base, pages = _base_url(), archive.page if options.pages else None
    with output(options.output) as out:
        count = write(searcher.find_all(request), FORMATS[options.format], out, base=base, page=pages)
    say(f"Đã xuất {grouped(count)} bài.")
    return DONE


def _base_url() -> str:
    """Return where readers reach the site, "" if nobody said. Raises WrongUsage if that makes no sense."""
    said = os.environ.get("LUCBAO_BASE_URL", "")
    if not said:
        return ""
    from web.setting import SettingError, read_settings

    try:
        return read_settings({"LUCBAO_BASE_URL": said}).base_url
    except SettingError as error:
        raise WrongUsage(str(error)) from error


def command_withdraw(options: argparse.Namespace) -> int:
    """`lucbao withdraw ID…`: take articles out of search; the archive keeps them and their revisions."""
    read_papers(options.home / SOURCES_FILE)  # indexing will need it: nothing is taken out by half
    with Archive.open(options.home / ARCHIVE_FILE) as archive, archive.batch():
        missing = [article for article in options.ids if not archive.withdraw(article)]
    for article in missing:
        say(f"không có bài {article} trong kho")
    print(f"gỡ {grouped(len(options.ids) - len(missing))} bài")
    _index(options.home)  # so that they are out of the results now
    return REJECTED if missing else DONE


def command_backup(options: argparse.Namespace) -> int:
    """`lucbao backup FILE`: a copy of the archive in one file, read through; others may go on reading and writing."""
    from corpus.archive.backup import back_up

    with progress_bar("Sao lưu", "trang") as show:
        back_up(options.home / ARCHIVE_FILE, options.file, show)
    print(f"Đã sao lưu kho vào {options.file} và đọc lại trọn vẹn.")
    if (options.home / SOURCES_FILE).exists():
        say(f"Bảng tên báo {options.home / SOURCES_FILE} là tệp riêng: hãy chép cả nó.")
    return DONE


def command_restore(options: argparse.Namespace) -> int:
    """`lucbao restore FILE`: the archive as it was backed up, and the index after it; the archive of now is put aside."""
    from corpus.archive.backup import restore

    with progress_bar("Khôi phục", "trang") as show:
        aside = restore(options.file, options.home / ARCHIVE_FILE, show)
    print(f"Kho nay là bản sao lưu {options.file}.")
    if aside is not None:
        say(f"Kho trước đó còn ở {aside}; khi chắc không cần nữa thì xoá nó (và tệp -wal cạnh nó, nếu có).")
    return _index(options.home)


def command_check(options: argparse.Namespace) -> int:
    """`lucbao check`: read every byte of archive and index and compare it with its checksums."""
    from index.snapshot import INDEX_FOLDER
    from index.verification import check_index

    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        problems = [f"kho bài: {problem}" for problem in archive.check()]
        problems += [f"chỉ mục: {problem}" for problem in check_index(options.home / INDEX_FOLDER, archive)]
    for problem in problems:
        print(escaped(problem))
    print("Kho bài và chỉ mục đều lành lặn." if not problems else f"{len(problems)} chỗ hỏng.")
    return DAMAGED if problems else DONE


def command_stats(options: argparse.Namespace) -> int:
    """`lucbao stats`: what the archive holds."""
    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        for reject in archive.rejects.listed(limit=sys.maxsize) if options.rejects else ():
            print(_reject_line(reject))
        if not options.rejects:
            sys.stdout.write(render_statistics(archive.named_by(load_papers(options.home, archive)).statistics()))
    return DONE


def command_rejects(options: argparse.Namespace) -> int:
    """`lucbao rejects [PATH…]`: what was refused, in all or in these files and folders, and why; `--clear`: forget it."""
    origins = [os.path.abspath(path) for path in options.paths]
    with Archive.open(options.home / ARCHIVE_FILE, read_only=not options.clear) as archive:
        rejects = [
            reject for reject in archive.rejects.listed(limit=sys.maxsize) if not origins or _is_below(reject.origin, origins)
        ]
        if options.clear:
            archive.rejects.clear_numbers(reject.number for reject in rejects)
            print(f"xoá {grouped(len(rejects))} mục bị loại")
            return DONE
    for reject in rejects:
        print(_reject_line(reject))
    return DONE


def _is_below(origin: str, paths: Sequence[str]) -> bool:
    return any(origin == path or origin.startswith(os.path.join(path, "")) for path in paths)


def _reject_line(reject: Reject) -> str:
    return f"{_place(reject.origin, reject.line)}\t{escaped(reject.reason)}"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    try:
        release = version("lucbao")
    except PackageNotFoundError:
        release = "chưa cài"
    as_written = argparse.RawDescriptionHelpFormatter
    summary = "Lục Báo: tìm trong kho tin tức chính sách Việt Nam, gõ có dấu hay không dấu."
    parser = argparse.ArgumentParser(prog="lucbao", description=summary, epilog=_EXAMPLES[""], formatter_class=as_written)
    parser.add_argument("--version", action="version", version=f"lucbao {release}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="LỆNH", parser_class=CommandParser)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], summary: str, *, asks: bool = False
    ) -> argparse.ArgumentParser:
        examples = _EXAMPLES.get(name)
        sub = commands.add_parser(name, help=summary, description=summary, epilog=examples, formatter_class=as_written, asks=asks)
        sub.set_defaults(run=run)
        return sub

    adding = command("add", command_add, "nạp trang HTML, thư mục, .jsonl, .jsonl.gz hoặc .txt vào kho bài")
    adding.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    progress = "báo tiến độ từng dòng ra stderr mỗi lần ghi xong; không có cửa sổ lệnh thì tự báo vài giây một lần"
    adding.add_argument("--progress", action="store_true", help=progress)
    indexing = command("index", command_index, "đưa chỉ mục theo kịp kho bài")
    indexing.add_argument("--rebuild", action="store_true", help="dựng lại toàn bộ thay vì chỉ phần thay đổi")
    indexing.add_argument("--progress", action="store_true", help=progress)
    searching = command("search", command_search, "tìm bài", asks=True)
    searching.add_argument("words", nargs="*", metavar="QUERY", help="các từ của câu hỏi; không cần ngoặc kép")
    searching.add_argument("--json", action="store_true", help="in kết quả dạng JSON")
    listing = searching.add_argument_group("tra cả danh sách")
    about = "tra từng dòng của tệp, hay từng ô trong một cột của bảng .csv, .tsv (- là stdin); ra mỗi dòng một JSON"
    listing.add_argument("--batch", type=Path, metavar="FILE", help=about)
    listing.add_argument("--column", default="", metavar="CỘT", help="tên hoặc số thứ tự của cột cần tra; mặc định: cột đầu")
    listing.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="dòng đầu của bảng là (không là) tên các cột; mặc định: tự nhận"
    )
    listing.add_argument("--csv", action="store_true", help="ra một bảng CSV ghép lại được với danh sách")
    listing.add_argument("--years", action="store_true", help="thêm số bài của từng năm")
    exporting = command("export", command_export, "xuất mọi bài tìm được", asks=True)
    exporting.add_argument("words", nargs="*", metavar="QUERY", help='các từ của câu hỏi; "" là toàn bộ kho')
    exporting.add_argument("--format", choices=("csv", "jsonl", "ris", "bibtex"), required=True)
    exporting.add_argument("-o", "--output", type=Path, metavar="FILE", help="mặc định: stdout")
    exporting.add_argument("--pages", action="store_true", help="jsonl: kèm trang gốc trong khoá html")
    add_search_options(searching, paged=True)
    add_search_options(exporting, paged=False)
    serving = command("serve", command_serve, "mở trang tìm kiếm trên trình duyệt")
    for sub in (serving, command("demo", command_demo, "nạp kho bài mẫu, lập chỉ mục và mở trang tìm kiếm")):
        sub.add_argument("--host", default="127.0.0.1", help="mặc định: chỉ máy này (127.0.0.1)")
        sub.add_argument("--port", type=port_number, default=8000, help="mặc định: 8000")
    command("withdraw", command_withdraw, "gỡ bài khỏi kết quả tìm (kho vẫn giữ)").add_argument("ids", nargs="+", metavar="ID")
    backing_up = command("backup", command_backup, "sao lưu kho bài vào một tệp mới, trong lúc vẫn tìm và nạp được")
    backing_up.add_argument("file", type=Path, metavar="FILE", help="tệp chưa có, nên ở đĩa khác")
    restoring = command("restore", command_restore, "đưa bản sao lưu vào thay kho bài, rồi lập lại chỉ mục")
    restoring.add_argument("file", type=Path, metavar="FILE", help="tệp do `lucbao backup` ghi; bản ấy không bị đụng đến")
    command("check", command_check, "kiểm tra kho bài và chỉ mục còn lành lặn không")
    refused = command("rejects", command_rejects, "những gì bị loại khi nạp, và vì sao")
    refused.add_argument("paths", nargs="*", metavar="PATH", help="chỉ của những tệp, thư mục này; mặc định: tất cả")
    refused.add_argument("--clear", action="store_true", help="xoá khỏi kho thay vì liệt kê")
    statistics = command("stats", command_stats, "kho có gì")
    statistics.add_argument("--rejects", action="store_true", help="liệt kê mọi đầu vào bị loại và lý do")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = build_parser().parse_args(arguments, argparse.Namespace(home=Path(os.environ.get("LUCBAO_HOME") or "lucbao-data")))
    try:
        code: int = options.run(options)
        print(end="", flush=True)
    except (WrongUsage, SourcesInvalid) as error:
        say(f"lucbao {options.command}: {error}")
        return WRONG_USAGE
    except (CorpusError, IndexingError) as error:
        say(str(error))
        return DAMAGED
    except KeyboardInterrupt:
        say("Đã dừng. Những gì đã báo là xong vẫn còn; chạy lại lệnh để làm tiếp.")
        return 130
    except OSError as error:
        if error.filename is None:  # stdout: what it has not taken would be written once more at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader of our output (head, less) has gone: there is nobody to tell
            return DONE
        say(f"Không đọc hoặc ghi được {error.filename or 'đầu ra'}: {reason(error)}.")
        return DAMAGED
    return code


if __name__ == "__main__":
    sys.exit(main())
