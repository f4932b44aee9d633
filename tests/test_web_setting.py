from __future__ import annotations

import pytest

from web.setting import SettingError, Settings, read_settings


def test_without_anything_said_the_defaults_hold() -> None:
    assert read_settings({}) == read_settings({"LUCBAO_RATE": " ", "LUCBAO_PASSWORD": "", "PATH": "/bin"}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "field", "meant"),
    [
        ("BASE_URL", "https://kho.example/bao/", "base_url", "https://kho.example/bao"),
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
