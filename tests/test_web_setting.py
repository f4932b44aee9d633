from __future__ import annotations

from pathlib import Path

import pytest

from web import create_app
from web.setting import SettingError, Settings, data_folder, read_settings


def test_without_anything_said_the_defaults_hold() -> None:
    assert read_settings({}) == read_settings({"LUCBAO_RATE": " ", "LUCBAO_PASSWORD": "", "PATH": "/bin"}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "field", "meant"),
    [
        ("BASE_URL", "https://kho.example/bao/", "base_url", "https://kho.example/bao"),
        ("BASE_URL", "http://[::1]:8000", "base_url", "http://[::1]:8000"),
        ("BASE_URL", "https://báo.example/kho/tin-tức", "base_url", "https://báo.example/kho/tin-tức"),
        ("HOSTS", "kho.example, Máy-chủ ,", "hosts", ("kho.example", "xn--my-ch-xqa0294c")),
        ("HOSTS", "*", "hosts", ("*",)),
        (
            "CORS",
            "https://So-Lieu.example, http://localhost:8888,",
            "origins",
            ("https://so-lieu.example", "http://localhost:8888"),
        ),
        ("CORS", "*", "origins", ("*",)),
        ("SESSIONS", "tháng Mười", "sessions", "tháng Mười"),
        ("PASSWORD", " mật khẩu ", "password", " mật khẩu "),
        ("PROXIES", "2", "proxies", 2),
        ("RATE", "0", "rate", 0),
        ("METRICS", "all", "open_metrics", True),
        ("METRICS", "local", "open_metrics", False),
        ("ACCESS_LOG", "off", "access_log", "off"),
        ("ACCESS_LOG", "full", "access_log", "full"),
    ],
)
def test_each_variable_sets_one_thing(name: str, value: str, field: str, meant: object) -> None:
    settings = read_settings({f"LUCBAO_{name}": value})
    assert getattr(settings, field) == meant
    assert sum(getattr(settings, one) != getattr(Settings(), one) for one in vars(Settings())) <= 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "kho.example"),
        ("BASE_URL", "javascript:alert(1)"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://[x"),
        ("BASE_URL", "https://kho.example/?a=b"),
        ("BASE_URL", "https://kho.example\nX: y"),
        ("BASE_URL", "https://kho.example/\x00"),
        ("BASE_URL", "https://kho.example/\u2028"),
        ("BASE_URL", 'https://kho.example/"onload="x'),
        ("BASE_URL", "https://kho.example/'"),
        ("BASE_URL", "https://kho.example/<b>"),
        ("BASE_URL", "https://kho.example/a b"),
        ("BASE_URL", "https://a@kho.example"),
        ("BASE_URL", "https://kho.example:x"),
        ("BASE_URL", "https://kho.example:0"),
        ("BASE_URL", "https://kho_.example"),
        ("BASE_URL", "https://kho.example\\x"),
        ("BASE_URL", "https://xn--"),
        ("BASE_URL", "https://kho.example?"),
        ("HOSTS", "kho.example:8000"),
        ("HOSTS", "https://kho.example"),
        ("HOSTS", "*.kho.example"),
        ("HOSTS", "127.0.0.1"),
        ("HOSTS", "kho.example kho2.example"),
        ("HOSTS", "kho\r\n.example"),
        ("HOSTS", '"kho.example"'),
        ("CORS", "so-lieu.example"),
        ("CORS", "https://so-lieu.example/"),
        ("CORS", "https://so-lieu.example/trang"),
        ("CORS", "https://*.example"),
        ("CORS", "null"),
        ("CORS", "https://a@so-lieu.example"),
        ("CORS", "*,https://"),
        ("SESSIONS", "a\nb"),
        ("PASSWORD", "mật\nkhẩu"),
        ("HOME", "kho\nkhác"),
        ("HOME", "kho\x00"),
        ("RATE", "12\n0"),
        ("METRICS", "all\x1b[1m"),
        ("ACCESS_LOG", "off\r"),
        ("PROXIES", "-1"),
        ("PROXIES", "11"),
        ("PROXIES", "²"),
        ("RATE", "nhiều"),
        ("RATE", "9" * 5000),
        ("METRICS", "yes"),
        ("ACCESS_LOG", "1"),
        ("PASSWD", "mật khẩu"),
        ("PASS", "mật khẩu"),
    ],
)
def test_what_cannot_be_meant_is_an_error_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^LUCBAO_{name}"):
        read_settings({f"LUCBAO_{name}": value})


def test_what_is_said_of_a_value_is_one_line_and_never_the_password() -> None:
    for name in ("BASE_URL", "HOSTS", "PASSWORD", "SESSIONS", "HOME"):
        with pytest.raises(SettingError) as raised:
            read_settings({f"LUCBAO_{name}": "bí\nmật\x1b"})
        assert str(raised.value).isprintable() and ("mật" in str(raised.value)) == (name not in ("PASSWORD", "SESSIONS"))


def test_a_data_folder_may_be_made_later_but_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("tệp")
    (tmp_path / "mat").symlink_to(tmp_path / "khong-co")
    for good in (tmp_path, tmp_path / "chưa có" / "sâu hơn", tmp_path / "mat", Path("lucbao-data")):
        assert data_folder(good) == good
    for bad in (tmp_path / "tep", tmp_path / "tep" / "kho", "kho\x00", "kho\nkho"):
        with pytest.raises(SettingError, match="^LUCBAO_HOME="):
            data_folder(bad)
        with pytest.raises(SettingError, match="^LUCBAO_HOME="):
            create_app(Path(bad), settings=Settings())
