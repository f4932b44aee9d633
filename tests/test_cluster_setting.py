"""The environment -> which cluster there is; what cannot be meant is an error that names the variable, and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.cluster.errors import ClusterSettingInvalid
from index.cluster.setting import ClusterSettings

ON = {"LUCBAO_ENGINE": "opensearch"}
SECRET = "kin-dao-0"


def read(**values: str) -> ClusterSettings:
    settings = ClusterSettings.from_environment({**ON, **{f"LUCBAO_CLUSTER{name}": value for name, value in values.items()}})
    assert settings is not None
    return settings


@pytest.mark.parametrize("engine", [{}, {"LUCBAO_ENGINE": ""}, {"LUCBAO_ENGINE": " embedded "}])
def test_without_a_word_the_engine_is_the_embedded_one(engine: dict[str, str]) -> None:
    assert ClusterSettings.from_environment({**engine, "LUCBAO_CLUSTER": "no address"}) is None


def test_what_is_so_where_nothing_is_said() -> None:
    assert read() == ClusterSettings(("http://127.0.0.1:9200",), "lucbao", "", "", "", "", 1, 0)


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("https://a:9201", ("https://a:9201",)),
        ("http://a, http://b/ ,http://a:9200", ("http://a:9200", "http://b:9200")),
        ("HTTPS://Nut.Example", ("https://nut.example:9200",)),
        ("http://[::1]:1", ("http://[::1]:1",)),
    ],
)
def test_hosts(written: str, hosts: tuple[str, ...]) -> None:
    settings = read(**{"": written})
    assert settings.hosts == hosts
    assert settings.replicas == (1 if len(hosts) > 1 else 0)


def test_all_that_may_be_said(tmp_path: Path) -> None:
    values = {"": "https://a https://b", "_INDEX": "bao-2", "_USER": "u", "_PASSWORD": SECRET, "_SHARDS": "3", "_REPLICAS": "0"}
    settings = read(**values)
    assert settings == ClusterSettings(("https://a:9200", "https://b:9200"), "bao-2", "u", SECRET, "", "", 3, 0)
    assert SECRET not in repr(settings) and SECRET not in repr(read(_API_KEY=SECRET))
    assert read(**{"": "http://localhost,http://127.0.0.2:1,http://[::1]", "_API_KEY": SECRET}).api_key == SECRET


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"": "a:9200"}, "LUCBAO_CLUSTER"),
        ({"": "ftp://a"}, "LUCBAO_CLUSTER"),
        ({"": "https://u:kin-dao-0@a"}, "LUCBAO_CLUSTER"),
        ({"": "https://a/?kin-dao-0"}, "LUCBAO_CLUSTER"),
        ({"": "https://a:0"}, "LUCBAO_CLUSTER"),
        ({"": "https://a:kin-dao-0"}, "LUCBAO_CLUSTER"),
        ({"": "https://[a"}, "LUCBAO_CLUSTER"),
        ({"_INDEX": "Báo"}, "LUCBAO_CLUSTER_INDEX"),
        ({"_INDEX": "_bao"}, "LUCBAO_CLUSTER_INDEX"),
        ({"_USER": "u"}, "LUCBAO_CLUSTER_PASSWORD"),
        ({"_PASSWORD": SECRET}, "LUCBAO_CLUSTER_USER"),
        ({"_USER": "u", "_PASSWORD": SECRET, "_API_KEY": SECRET}, "LUCBAO_CLUSTER_API_KEY"),
        ({"_USER": "u:v", "_PASSWORD": SECRET}, "LUCBAO_CLUSTER_USER"),
        ({"_USER": "u", "_PASSWORD": SECRET + "\n1"}, "LUCBAO_CLUSTER_PASSWORD"),
        ({"_API_KEY": SECRET + "\r\nX: y"}, "LUCBAO_CLUSTER_API_KEY"),
        ({"": "https://a,http://b", "_API_KEY": SECRET}, "http://b:9200"),
        ({"": "http://10.0.0.1", "_USER": "u", "_PASSWORD": SECRET}, "http://10.0.0.1:9200"),
        ({"_SHARDS": "0"}, "LUCBAO_CLUSTER_SHARDS"),
        ({"_SHARDS": "nhiều"}, "LUCBAO_CLUSTER_SHARDS"),
        ({"_REPLICAS": "-1"}, "LUCBAO_CLUSTER_REPLICAS"),
        ({"_CA": "/khong/co"}, "/khong/co"),
        ({"_CA": __file__}, __file__),
    ],
)
def test_what_cannot_be_meant(values: dict[str, str], named: str) -> None:
    with pytest.raises(ClusterSettingInvalid) as error:
        read(**values)
    said = f"{error.value.in_words('vi')} {error.value.in_words('en')} {error.value!r} {error.value.__cause__!r}"
    assert named in said
    assert SECRET not in said


def test_another_engine_is_none() -> None:
    with pytest.raises(ClusterSettingInvalid, match="LUCBAO_ENGINE=solr"):
        ClusterSettings.from_environment({"LUCBAO_ENGINE": "solr"})
