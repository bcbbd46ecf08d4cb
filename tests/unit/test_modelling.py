"""The parsed project of dbt: made once for each of its versions, also by two builds at the same time."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines import modelling


def test_two_parses_at_the_same_time_leave_one_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = tmp_path / "target" / "parsed"
    folder = parsed / "version"
    (parsed / "outdated").mkdir(parents=True)

    def dbt(_arguments: Sequence[str], target: Path) -> None:
        for place, content in ((target, "ours"), (folder, "of the other process, which was faster")):
            place.mkdir()
            (place / "manifest.json").write_text(content, encoding="utf-8")

    monkeypatch.setattr(modelling, "_PARSED", parsed)
    monkeypatch.setattr(modelling, "_dbt", dbt)
    modelling._parse(folder)
    assert [path.name for path in parsed.iterdir()] == ["version"]
    assert (folder / "manifest.json").read_text(encoding="utf-8").startswith("of the other")
