"""An installation whose trained model is damaged says so, and builds no indices from it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.finding.titles import evidence, ranker

HERE = Path(evidence.__file__).parents[3]


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (evidence.FILE, "evidence.npz cannot be used: it is no archive"),
        (ranker.FILE, "ranker.json cannot be used: JSONDecodeError"),
    ],
)
def test_a_truncated_model_is_refused_by_name(
    seeded: Callable[[str], str], tmp_path: Path, file: Path, why: str
) -> None:
    shutil.copytree(HERE / "app", tmp_path / "app")
    (tmp_path / "seed").symlink_to(HERE / "seed")
    os.truncate(tmp_path / file.relative_to(HERE), 10_000)
    indices = tmp_path / "indices"
    indices.mkdir(mode=0o700)
    done = subprocess.run(
        [sys.executable, "-m", "app.finding.index_builder", str(os.getpid()), "0"],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(tmp_path),
            "OCCUPATIONS_DATABASE_URL": seeded("sqlite"),
            "OCCUPATIONS_INDEX_FOLDER": str(indices),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"the indices cannot be built: {why}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(indices.glob("titles*"))
