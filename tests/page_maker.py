"""Small pages for the tests of the page reader: an article among menu, box and footer, in which one thing can be changed."""

from __future__ import annotations

TITLE = "Xã Đồng Vạn gỡ khó tiêu chí trường học để về đích nông thôn mới"
LEAD = "Thiếu phòng học bộ môn và sân chơi, xã chọn cách làm từng điểm trường thay vì chờ đủ vốn."
PARAGRAPHS = (
    "Sáng 12/7, hơn 40 phụ huynh thôn Nà Lẻng có mặt từ sớm ở sân Trường Tiểu học Đồng Vạn.",
    "Ông Lương Văn Quyền, Chủ tịch UBND xã, cho biết đây là tiêu chí khó nhất trong 19 tiêu chí.",
    "Theo kế hoạch, phần việc nào dùng được ngày công của người dân thì làm trước, phần còn lại chờ vốn.",
    "Cô Hà Thị Mến, hiệu trưởng nhà trường, kể năm học trước có 17 em bỏ học giữa chừng.",
)
HEADLINES = ("Cao tốc qua vùng lũ: Dân chờ cầu vượt đến bao giờ", "Sáu trạm y tế xã được nâng cấp trước mùa mưa")


def make_page(
    *,
    title: str = TITLE,
    heading: str = f"<h1>{TITLE}</h1>",
    date: str = "<div>12/07/2022 08:30</div>",
    lead: str = f"<p class='sapo'>{LEAD}</p>",
    body: str = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS),
    after: str = "",
    head: str = "",
    top: str = "",
) -> bytes:
    """Return a page with the parts given, in UTF-8."""
    menu = "".join(
        f"<li><a href='/{name}.html'>{name}</a></li>" for name in ("Thời sự", "Kinh tế", "Giáo dục", "Y tế", "Bạn đọc")
    )
    box = "".join(f"<li><a href='/tin-{number}.html'>{headline}</a></li>" for number, headline in enumerate(HEADLINES))
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body><div class='top'>{top}<ul>{menu}</ul></div>"
        f"<div class='main'>{heading}{date}{lead}<div class='noi-dung'>{body}</div>{after}</div>"
        f"<div class='right'><h3>Đọc nhiều</h3><ul>{box}</ul></div>"
        "<div class='foot'>Giấy phép số 12/GP-TTĐT. Tổng biên tập: Nguyễn Văn B.</div></body></html>"
    ).encode()
