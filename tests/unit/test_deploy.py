"""The examples in deploy/ name what there is: files, commands, fields of the configuration."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from pipelines.alerts.config import read_config
from pipelines.cli import app
from pipelines.paths import ROOT, Warehouse

DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def dockerfile() -> list[tuple[str, str]]:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def assert_is_a_command(command: str) -> None:
    name, *arguments = command.split()
    assert name in PROJECT["scripts"]
    assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0


def test_the_image_copies_what_there_is_and_all_that_the_package_needs() -> None:
    sources = [source for word, rest in dockerfile() if word == "COPY" for source in rest.split()[:-1]]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    packaged = [PROJECT["readme"], *PROJECT["license-files"], "pyproject.toml", "uv.lock", "pipelines"]
    # The code reads these two from the folder that it is in.
    assert {*packaged, "dbt", "expectations"} <= set(sources)


def test_the_image_has_the_projects_python_and_runs_its_service() -> None:
    [image] = [rest for word, rest in dockerfile() if word == "FROM"]
    [version] = re.findall(r"python:(\d\.\d+)", image)
    assert f">={version}" in PROJECT["requires-python"]
    [command] = [rest for word, rest in dockerfile() if word == "CMD"]
    path, *arguments = yaml.safe_load(command)
    assert_is_a_command(" ".join([path.removeprefix(".venv/bin/"), *arguments]))


def test_the_compose_file_builds_the_image_and_opens_no_port() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    [service] = compose["services"].values()
    context = (DEPLOY / service["build"]["context"]).resolve()
    assert (context / service["build"]["dockerfile"]).is_file()
    assert "ports" not in service
    mounted = dict(volume.split(":")[:2] for volume in service["volumes"])
    for source, target in mounted.items():
        assert Path(target) == Path("/app") / Path(source).name
    assert {"../raw", "../warehouse"} <= mounted.keys()
    assert set(service["secrets"]) == compose["secrets"].keys()
    for name, value in service["environment"].items():
        assert name.startswith("ESG_ALERTS_")
        assert Path(value).name in service["secrets"]


def test_the_unit_starts_the_service_and_lets_it_write_where_it_must() -> None:
    unit = (DEPLOY / "esg.service").read_text(encoding="utf-8")
    settings = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and line[0] != "#")
    home = settings["WorkingDirectory"]
    assert_is_a_command(settings["ExecStart"].removeprefix(f"{home}/.venv/bin/"))
    writable = settings["ReadWritePaths"].split()
    assert writable == [f"{home}/warehouse", f"{home}/dbt"]
    # Run processes are reached through a socket, in a temporary folder.
    assert settings["PrivateTmp"] == "yes"
    assert "AF_UNIX" in settings["RestrictAddressFamilies"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "esg.service").read_text(encoding="utf-8").replace("/opt/esg", str(ROOT))
    (tmp_path / "esg.service").write_text(unit, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "esg.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "esg.service" not in done.stderr
    assert done.returncode == 0


def test_the_example_of_alerts_is_a_configuration(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "alerts.toml", tmp_path)
    environment = {
        "ESG_ALERTS_MAIL_PASSWORD": "p",
        "ESG_ALERTS_CHAT_URL": "https://example.org/hook",
        "ESG_ALERTS_PAGER_SECRET": "s",
    }
    config = read_config(Warehouse(tmp_path / "esg.duckdb"), environment)
    assert set(config.channels) == {"log", "mail", "chat", "pager"}
