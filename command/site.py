"""What LUCBAO_BASE_URL says -> the address before every path of the site."""

from __future__ import annotations

from command.errors import WrongUsage


def site_address(said: str) -> str:
    """Return where readers reach the site, "" if nobody said. Raises WrongUsage if that makes no sense."""
    if not said:
        return ""
    from web.setting import SettingError, read_settings

    try:
        return read_settings({"LUCBAO_BASE_URL": said}).base_url
    except SettingError as error:
        raise WrongUsage("wrong_setting", error=error.told) from error
