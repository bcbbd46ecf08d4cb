"""The service as an operator runs it: webserver, daemon, sensors and schedule, texts dropped meanwhile."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from conftest import report_text
from service import command, service, until

from pipelines.defs.launcher import PID
from pipelines.paths import Warehouse

pytestmark = pytest.mark.slow

# Python runs this at the start of every process: it writes down whom the process looks up or connects to.
LISTENER = """
import os, sys

def listen(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        address = arguments[1] if event == "socket.connect" else arguments
        host = address[0] if isinstance(address, tuple) else "a local socket"
        with open(os.environ["CONTACTS"], "a") as file:
            print(event, host, file=file)

sys.addaudithook(listen)
"""


def test_texts_are_published_while_it_runs_and_it_ends_without_a_trace(raw: Path, tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "out" / "esg.duckdb")
    (raw / "a-2022.txt").write_text(report_text("甲示例集团有限公司"), encoding="utf-8")
    contacts = tmp_path / "contacts.txt"
    (tmp_path / "sitecustomize.py").write_text(LISTENER, encoding="utf-8")
    listening = {"PYTHONPATH": str(tmp_path), "CONTACTS": str(contacts)}
    with service(raw, warehouse, "--schedule", "* * * * *", environment=listening) as (process, port):
        until(lambda: published(warehouse) == {"a-2022": 1234.5}, process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=10) as answer:
            assert json.load(answer)["dagster_webserver_version"]

        # One is edited into another encoding, one arrives slowly, one cannot be read: one run for all.
        content = report_text("乙示例集团有限公司", electricity="99").encode()
        (raw / "broken.txt").write_bytes(bytes(range(256)))
        (raw / "a-2022.txt").write_text(
            report_text("甲示例集团有限公司", electricity="7"), encoding="gb18030"
        )
        with (raw / "b-2022.txt").open("wb") as file:
            for start in range(0, len(content), 60):
                file.write(content[start : start + 60])
                file.flush()
                time.sleep(0.3)
        # The process of the run is killed: the run is started again.
        until(lambda: killed_run(warehouse), process)
        until(lambda: published(warehouse) == {"a-2022": 7.0, "b-2022": 99.0}, process)
        until(lambda: rejected(warehouse) == ["broken.txt"], process)

        # Nobody else may serve the same warehouse.
        second = subprocess.run(command(raw, warehouse, port), capture_output=True, text=True, check=False)
        assert second.returncode == 2
        assert f"process {process.pid}" in second.stderr
        until(lambda: "daily_build" in ticks(warehouse), process)
        children = descendants(process.pid)
        assert len(children) >= 2
        process.terminate()
        assert process.wait(30) == 0
        until(lambda: not any(map(is_alive, children)))
    keys = [event["key"] for event in announced(warehouse)]
    assert len(set(keys)) == len(keys)
    # No usage statistics, nothing fetched: only the service's own processes spoke with each other.
    hosts = {line.split(maxsplit=1)[1] for line in contacts.read_text(encoding="utf-8").splitlines()}
    assert "a local socket" in hosts
    assert hosts <= {"127.0.0.1", "::1", "localhost", "a local socket"}


def published(warehouse: Warehouse) -> dict[str, float]:
    with suppress(duckdb.Error), duckdb.connect(warehouse.target, read_only=True) as connection:
        return dict(
            connection.sql(
                "select report_id, value from marts.fct_disclosure "
                "where metric_code = 'electricity_consumption'"
            ).fetchall()
        )
    return {}


def killed_run(warehouse: Warehouse) -> bool:
    """Kill the process of a run that is working, if there is one."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(warehouse.dagster_home)) as instance:
        for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
            os.kill(int(run.tags[PID]), signal.SIGKILL)
            return True
    return False


def announced(warehouse: Warehouse) -> list[dict[str, str]]:
    """Return the events in the log of alerts; a line that is being written is not there yet."""
    with suppress(FileNotFoundError):
        *lines, _ = warehouse.alert_log.read_text(encoding="utf-8").split("\n")
        return [event for line in lines for event in json.loads(line)["events"]]
    return []


def rejected(warehouse: Warehouse) -> list[str]:
    return [event["subject"] for event in announced(warehouse) if event["kind"] == "report_rejected"]


def ticks(warehouse: Warehouse) -> set[str]:
    """Return the names of schedules and sensors that the daemon has evaluated."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(warehouse.dagster_home)) as instance:
        return {
            state.instigator_name
            for state in instance.all_instigator_state()
            if instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
        }


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [each for child in map(int, children) for each in (child, *descendants(child))]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
