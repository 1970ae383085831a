"""Stands for systemctl: starts what the unit says, with its settings, and stops it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

root = Path(os.environ["ROOT"])
running = root / "pid"


def stop() -> None:
    """End the service as systemd does, and wait for its end."""
    if running.exists():
        process = int(running.read_text())
        running.unlink()
        os.kill(process, signal.SIGTERM)
        until = time.monotonic() + 15
        while Path(f"/proc/{process}/stat").exists() and time.monotonic() < until:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]
            if state == "Z":
                break
            time.sleep(0.02)


def start() -> None:
    """Start the program of the unit."""
    unit = (root / "etc/systemd/system/occupations.service").read_text()
    said = dict(re.findall(r"^(\w+)=(.+)$", unit, re.M))
    given = Path(said["EnvironmentFile"]).read_text()
    settings = [line for line in given.splitlines() if line and not line.startswith("#")]
    env = {**os.environ, **dict([said["Environment"].split("=", 1)])}
    env |= {name: value.strip("'") for name, value in (line.split("=", 1) for line in settings)}
    with (root / "journal").open("a") as journal:
        process = subprocess.Popen(
            said["ExecStart"].split(), cwd=said["WorkingDirectory"], env=env,
            stdin=subprocess.DEVNULL, stdout=journal, stderr=journal, start_new_session=True,
        )  # fmt: skip
    running.write_text(str(process.pid))


words = sys.argv[1:]
if words[-1] == "occupations":
    if words[0] in {"stop", "restart"}:
        stop()
    if words[0] in {"enable", "start", "restart"}:
        start()
