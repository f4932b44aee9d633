"""deploy/: what is told to Docker, Compose, systemd and nginx is read by their own tools where these are, and does what it says where they are not."""

from __future__ import annotations

import configparser
import http.client
import os
import re
import runpy
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import serve
from test_lock import PYTHONS
from test_web_server import free_port
from test_wheel import ROOMS, sent

from command.parser import parsed
from command.speaker import Speaker
from web import create_app
from web.around.security import LARGEST_BODY
from web.setting import Settings, read_settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = ("lucbao.service", "lucbao-nightly.service")
INSTALLED = "/opt/lucbao/bin"
HERE = str(Path(sys.executable).parent)
NAME = "luubao.example"


# Docker


@dataclass(frozen=True)
class Step:
    """An instruction of a Dockerfile: of which stage (from 0), what, with what behind it."""

    stage: int
    word: str
    rest: str


def steps() -> list[Step]:
    lines = re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8")).splitlines()
    found: list[Step] = []
    for line in lines:
        if line and not line.startswith("#"):
            word, rest = line.split(" ", 1)
            stage = found[-1].stage if found else -1
            found.append(Step(stage + (word == "FROM"), word, rest))
    return found


def last(word: str) -> str:
    """Return what stands behind the only instruction `word` of the stage that becomes the image."""
    (step,) = [step for step in steps() if step.word == word and step.stage == steps()[-1].stage]
    return step.rest


def run_as(words: str) -> list[str]:
    """Return the words of an instruction that runs no shell."""
    found = yaml.safe_load(words)
    assert isinstance(found, list) and all(isinstance(word, str) for word in found)
    return found


def image_environment() -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(last("ENV")))


def test_an_image_is_built_of_a_python_that_is_locked_for() -> None:
    bases = {step.rest.split(" AS ")[0] for step in steps() if step.word == "FROM"}
    (base,) = bases
    version = re.fullmatch(r"python:(\d\.\d+)-slim", base)
    assert version and version[1] in PYTHONS


def test_an_image_is_installed_as_make_installs() -> None:
    locked = re.search(r"^LOCKED = (.*) -r \$\(LOCK\)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert locked
    commands = [shlex.split(step.rest) for step in steps() if step.word == "RUN" and "pip install" in step.rest]
    assert [command[0] for command in commands] == ["/opt/lucbao/bin/pip"] * 2
    first, second = ([word for word in command[2:] if word != "--no-cache-dir"] for command in commands)
    assert first == [*shlex.split(locked[1]), "-r", "/src/requirements/served.txt"]
    assert second == ["--no-build-isolation", "--no-deps", "/src"]


def test_an_image_is_sent_what_it_needs_and_no_archive_or_secret() -> None:
    assert sorted(name for name in sent() if (ROOT / name).is_dir()) == sorted(ROOMS)
    needed = {
        "requirements/served.txt",
        "deploy/gunicorn.conf.py",
        "setup.cfg",
        "pyproject.toml",
        "lucbao.py",
        "README.md",
        "LICENSE",
    }
    assert {name for name in sent() if (ROOT / name).is_file()} == needed
    copied = [step.rest.split() for step in steps() if step.word == "COPY"]
    assert [words for words in copied if words[0] not in {".", "--from=built"} and words[0] not in sent()] == []


def test_a_container_runs_as_nobody_and_keeps_its_archive_in_a_volume() -> None:
    user, group = last("USER").split(":")
    assert int(user) == int(group) > 999
    made = [step.rest for step in steps() if step.word == "RUN"]
    assert f"groupadd --gid {group} lucbao" in made and any(
        rest.startswith(f"useradd --uid {user} --gid {group} ") for rest in made
    )
    home = image_environment()["LUCBAO_HOME"]
    assert last("VOLUME") == last("WORKDIR") == home
    assert any(step.word == "RUN" and step.rest == f"install -d -o lucbao -g lucbao -m 0700 {home}" for step in steps())
    assert image_environment()["PATH"].split(":")[0] == INSTALLED


def answers(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.slow
def test_the_commands_of_an_image_serve_and_tell_health(archive_home: Path, tmp_path: Path) -> None:
    """CMD and HEALTHCHECK as they stand, over the sample, with this Python, other paths and another port."""
    pytest.importorskip("gunicorn")
    port = free_port()
    bound = f"0.0.0.0:{last('EXPOSE')}"
    said = [word.replace(bound, f"127.0.0.1:{port}") for word in run_as(last("CMD"))]
    assert bound in run_as(last("CMD"))
    assert said[1:3] == ["-c", "/etc/lucbao/gunicorn.conf.py"]
    assert f"deploy/gunicorn.conf.py {said[2]}" in [step.rest for step in steps() if step.word == "COPY"]
    command = [sys.executable, "-m", *said[:2], str(DEPLOY / "gunicorn.conf.py"), *said[3:], "--chdir", str(ROOT)]
    health = run_as(last("HEALTHCHECK").split("CMD ", 1)[1])
    asked = [sys.executable, *(word.replace(f", {last('EXPOSE')},", f", {port},") for word in health[1:])]
    assert health[0] == "python" and asked[1:] != health[1:]
    environment = {
        **os.environ,
        "LUCBAO_HOME": str(archive_home),
        "LUCBAO_PASSWORD": "mật khẩu",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
    }
    assert not answers(asked)
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as gunicorn:
        assert gunicorn.stderr is not None
        for line in gunicorn.stderr:
            if "Booting worker" in line:
                break
        try:
            assert answers(asked), "a container with a password would be taken for ill"
        finally:
            gunicorn.terminate()
            assert gunicorn.wait(timeout=60) == 0
    assert not answers(asked)


# Compose

SERVICE = {"image", "build", "environment", "volumes", "read_only", "tmpfs", "cap_drop", "security_opt", "init", "stop_grace_period"} | {
    "restart", "ports", "profiles", "command", "healthcheck"
}  # fmt: skip


def composed() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def filled(text: str) -> str:
    """Return a value of a compose file where .env says nothing."""
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", text)


def test_compose_locks_every_container_in() -> None:
    document = composed()
    assert {key for key in document if not key.startswith("x-")} == {"services", "volumes"}
    for name, service in document["services"].items():
        assert set(service) <= SERVICE, name
        assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"] == [f"data:{last('VOLUME')}"] and "data" in document["volumes"]
        assert (DEPLOY / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]).samefile(DEPLOY / "Dockerfile")
        assert not {"privileged", "user", "network_mode"} & set(service)


def test_compose_opens_the_port_to_this_machine_alone() -> None:
    (port,) = composed()["services"]["lucbao"]["ports"]
    assert filled(port) == f"127.0.0.1:8000:{last('EXPOSE')}"
    assert [name for name, service in composed()["services"].items() if "ports" in service] == ["lucbao"]


def test_compose_gives_settings_that_mean_something() -> None:
    serving = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    for service in composed()["services"].values():
        values = {name: filled(value) for name, value in service["environment"].items()}
        assert not any("$" in value for value in values.values())
        assert read_settings(values) == Settings(many_processes="PROMETHEUS_MULTIPROC_DIR" in values)
        every = set(re.findall(r"^\| `(LUCBAO_\w+)`", serving, re.M)) - {"LUCBAO_HOME"}
        assert {name for name in values if name.startswith("LUCBAO_")} == every
    shared = composed()["services"]["lucbao"]["environment"]["PROMETHEUS_MULTIPROC_DIR"]
    assert [mount for mount in composed()["services"]["lucbao"]["tmpfs"] if shared.startswith(mount.split(":")[0] + "/")]


def test_compose_can_gather() -> None:
    gather = composed()["services"]["gather"]
    assert gather["profiles"] == ["gather"] and gather["healthcheck"] == {"disable": True}
    name, *arguments = gather["command"]
    assert name == "lucbao"
    options = parsed(arguments, Speaker(), home=Path("kho"), base_url="", environment={})
    assert options.command == "gather"


@pytest.mark.parametrize(("said", "workers"), [("3", 3), ("", os.cpu_count())])
def test_gunicorn_starts_as_many_workers_as_is_said(monkeypatch: pytest.MonkeyPatch, said: str, workers: int) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", said)
    assert runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))["workers"] == workers
    assert "WEB_CONCURRENCY" in composed()["services"]["lucbao"]["environment"]


# systemd


def unit(name: str) -> configparser.RawConfigParser:
    """Return a unit; of a key that is repeated, all values, a line each."""

    class Kept(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            if isinstance(value, list) and key in self:
                self[key].extend(value)
            else:
                super().__setitem__(key, value)

    parser = configparser.RawConfigParser(strict=False, dict_type=Kept, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / name, encoding="utf-8")
    return parser


def settings_file() -> dict[str, str]:
    lines = (DEPLOY / "lucbao.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_settings_of_the_site_mean_something() -> None:
    read = read_settings(settings_file())
    assert (read.base_url, read.proxies, read.open_metrics, read.many_processes) == (f"https://{NAME}", 1, True, True)
    runtime = unit("lucbao.service")["Service"]["RuntimeDirectory"]
    assert settings_file()["PROMETHEUS_MULTIPROC_DIR"].startswith(f"/run/{runtime}/")
    for name in UNITS:
        service = unit(name)["Service"]
        assert service["EnvironmentFile"] == "/etc/lucbao/lucbao.env"
        assert settings_file()["LUCBAO_HOME"] in service["ReadWritePaths"].split()


def test_both_units_are_locked_in_alike() -> None:
    def walls(name: str) -> dict[str, str]:
        service = unit(name)["Service"]
        begin = list(service).index("UMask")
        return {key: service[key] for key in list(service)[begin:] if key != "ReadWritePaths"}

    assert walls("lucbao.service") == walls("lucbao-nightly.service")
    assert len(walls("lucbao.service")) > 20


def test_the_nightly_work_is_made_of_commands_that_are() -> None:
    commands = unit("lucbao-nightly.service")["Service"]["ExecStart"].splitlines()
    typed = [re.sub(r"^.*?(/opt/lucbao/bin/lucbao [^']*).*$", r"\1", command) for command in commands]
    names = []
    for command in typed:
        program, *arguments = shlex.split(command)
        assert program == f"{INSTALLED}/lucbao"
        names.append(parsed(arguments, Speaker(), home=Path("kho"), base_url="", environment={}).command)
    assert names == ["add", "index", "backup"]


def test_the_same_command_serves_under_systemd_and_in_a_container() -> None:
    program, *arguments = shlex.split(unit("lucbao.service")["Service"]["ExecStart"])
    named, *there = run_as(last("CMD"))
    at = there.index("--bind")
    assert (program, arguments) == (f"{INSTALLED}/{named}", there[:at] + there[at + 2 :])


@pytest.mark.slow
def test_systemd_understands_every_line_of_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze to read the units with")
    files = [*UNITS, "lucbao-nightly.timer"]
    for name in files:
        text = (DEPLOY / name).read_text(encoding="utf-8").replace(INSTALLED, HERE)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *(str(tmp_path / name) for name in files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    for name in UNITS:  # of ten, 10 is no wall at all
        rating = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(tmp_path / name)]
        done = subprocess.run(rating, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout


# nginx


def nginx_configuration(folder: Path, ports: dict[str, int]) -> Path:
    """Write a configuration that has nothing but the site, with a certificate and a folder of this test's; return its path."""
    subject = ["-subj", f"/CN={NAME}", "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run(made, capture_output=True, timeout=120, check=True)
    site = (DEPLOY / "nginx-site.conf").read_text(encoding="utf-8")
    for told, here in {
        f"/etc/letsencrypt/live/{NAME}/": f"{folder}/",
        "listen 443 ssl;": f"listen 127.0.0.1:{ports['tls']} ssl;",
        "listen 80;": f"listen 127.0.0.1:{ports['plain']};",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{ports['app']};",
    }.items():
        assert told in site
        site = site.replace(told, here)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    kept = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""  # the folders of a test are for its user alone
    whole = f"{user}daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{kept}access_log off;\ninclude {folder}/site.conf;\n}}\n"
    path = folder / "nginx.conf"
    path.write_text(whole, encoding="utf-8")
    return path


@contextmanager
def behind_nginx(home: Path, folder: Path) -> Iterator[dict[str, int]]:
    """Serve a data folder behind the site; give the ports of TLS and of plain HTTP."""
    settings = read_settings({**settings_file(), "LUCBAO_RATE": "1", "PROMETHEUS_MULTIPROC_DIR": ""})
    with serve(create_app(home, settings=settings)) as address:
        ports = {"tls": free_port(), "plain": free_port(), "app": int(address.rsplit(":", 1)[1])}
        path = nginx_configuration(folder, ports)
        assert subprocess.run(["nginx", "-t", "-c", path], capture_output=True, timeout=60, check=False).returncode == 0
        with subprocess.Popen(["nginx", "-c", path], stderr=subprocess.PIPE) as nginx:
            while nginx.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", ports["tls"]), timeout=30).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.02)
            try:
                yield ports
            finally:
                nginx.terminate()
                nginx.wait(timeout=60)


def connection(port: int) -> http.client.HTTPSConnection:
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=ssl._create_unverified_context())


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


def answer(reader: http.client.HTTPConnection, path: str, body: bytes | None = None, **headers: str) -> Answer:
    """Ask for a path of the site by its name, or post to it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        reader.request("GET" if body is None else "POST", path, body, {"Host": NAME, "Connection": "close", **named})
        response = reader.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        reader.close()


@pytest.mark.slow
def test_the_site_of_nginx_keeps_what_it_promises(archive_home: Path, tmp_path: Path) -> None:
    for tool in ("nginx", "openssl"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool} to try the site with")
    with behind_nginx(archive_home, tmp_path) as ports:

        def asked(path: str, body: bytes | None = None, **headers: str) -> Answer:
            return answer(connection(ports["tls"]), path, body, **headers)

        page = asked("/")
        assert page.status == 200 and page.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert f"Sitemap: https://{NAME}/sitemap.xml" in asked("/robots.txt", X_Forwarded_Prefix="/la").text
        # One search a minute; but this machine, where the test is, has no limit: the address that a reader gives himself is forgotten.
        assert [asked("/tim-kiem?q=a", X_Forwarded_For="198.51.100.1").status for _ in range(4)] == [200] * 4
        assert asked("/metrics").status == 404
        assert asked("/healthz?q=" + "a" * 12_000, X_Forwarded_Host="ke-la.example").status == 200
        assert asked("/tra-hang-loat", b"a" * (LARGEST_BODY + 50_000)).status == 413
        plain = answer(http.client.HTTPConnection("127.0.0.1", ports["plain"], timeout=30), "/tim-kiem?q=a")
        assert (plain.status, plain.headers["Location"]) == (301, f"https://{NAME}/tim-kiem?q=a")
