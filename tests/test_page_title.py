"""The headline readers see, whatever the page tells machines."""

from __future__ import annotations

import pytest
from page_maker import LEAD, TITLE, make_page

from corpus.reading.page import read_page


@pytest.mark.parametrize(
    "page",
    [
        make_page(),
        make_page(title=f"{TITLE} - Nông thôn - Báo Nhịp Phố"),
        make_page(title=f"{TITLE} | Nhịp Phố", head=f"<meta property='og:title' content='{TITLE} - Nhịp Phố'>"),
        make_page(heading=f"<div>{TITLE}</div>", title=f"Báo Nhịp Phố - {TITLE}"),
        make_page(heading=f"<h2 class='x'>{TITLE}</h2>"),
        make_page(heading=f"<h3>{TITLE}</h3>", title="Báo Nhịp Phố"),
        make_page(heading=f"<div class='title-detail'>{TITLE}</div>", title="Báo Nhịp Phố"),
        make_page(heading=f"<font size='+1'><b>{TITLE}</b></font>", title="Báo Nhịp Phố"),
        make_page(heading=f"<div>{TITLE}</div>", title="Trang tin"),
        make_page(heading=f"<h1>{TITLE.replace(' để ', '<br>để ')}</h1>"),
        make_page(
            heading=f"<h2>{TITLE}</h2>",
            top="<h1><a href='/'>Báo Nhịp Phố, tiếng nói người lao động</a></h1>",
            title="Báo Nhịp Phố",
        ),
        make_page(
            heading=f"<h2>{TITLE}</h2>",
            top="<h1>Báo Nhịp Phố</h1>",
            head="<meta property='og:title' content='Gỡ khó tiêu chí trường học'>",
        ),
        make_page(
            title="Phụ huynh góp công xây trường", head="<meta property='og:title' content='Phụ huynh góp công xây trường'>"
        ),
        make_page(heading=f"<h1>{TITLE.upper()}</h1>"),
        make_page(after="<h1>Thông tin bạn đọc</h1><h1>Gửi bình luận thành công</h1>"),
        make_page(heading=f"<h1>{TITLE}</h1><h2 class='sapo'>{LEAD}</h2>", lead=""),
        make_page(
            heading="",
            head=f"<meta property='og:title' content='{TITLE} | Nhịp Phố'><meta property='og:site_name' content='Nhịp Phố'>",
        ),
    ],
    ids=(
        "h1 suffix og prefix h2 h3 div font plain two-lines logo-h1 short-og other-og capitals popups lead-h2 not-on-page".split()
    ),
)
def test_title(page: bytes) -> None:
    assert read_page(page).title == TITLE


def test_entities_escaped_twice_are_undone() -> None:
    page = make_page(
        heading="<h1>Giá &quot;sốc&quot; của lúa hè thu</h1>",
        head="<meta property='og:title' content='Giá &amp;quot;sốc&amp;quot; của lúa hè thu'>",
    )
    assert read_page(page).title == 'Giá "sốc" của lúa hè thu'
