"""var/run.json: which process is which, for operators and for tests that kill them. Standard library only."""

import json
import os
from pathlib import Path
from typing import Any


class Table:
    """The table of one instance's processes."""

    def __init__(self, state: Path) -> None:
        self.path = state / "run.json"

    def write(self, content: dict[str, Any]) -> None:
        """Replace the table in one step: a reader never sees half of one."""
        unfinished = self.path.with_suffix(".tmp")
        unfinished.write_text(json.dumps(content, indent=2), "utf-8")
        os.replace(unfinished, self.path)

    def remove(self) -> None:
        """Take it away: nothing runs any more."""
        self.path.unlink(missing_ok=True)

    def running(self) -> dict[str, Any] | None:
        """Return the table if its supervisor is alive; a killed one leaves a table that says nothing."""
        try:
            content = json.loads(self.path.read_text("utf-8"))
            os.kill(int(content["supervisor"]), 0)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return content if isinstance(content, dict) else None


def already_running(table: dict[str, Any]) -> str:
    """Return what is said to somebody who starts an instance twice."""
    pid = table["supervisor"]
    return f"Kamidesk is already running here (process {pid}; kill {pid} stops it). 已经在运行了。"
