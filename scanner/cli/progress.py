"""Progress on standard error: a live line on a terminal, nothing otherwise."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from scanner.engine.events import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Line
    from rich.progress import TaskID


class Live:
    """Shows stage, share done, time left and devices found so far while inside ``with``; silent when not wanted."""

    def __init__(self, *, wanted: bool) -> None:
        self._line: Line | None = None
        self._task: TaskID | None = None
        self._share = 0.0
        self._began = time.monotonic()
        if wanted and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Line

            self._line = Line(
                TextColumn("{task.description:<11}"),
                BarColumn(24),
                TextColumn("{task.percentage:>3.0f} %"),
                TextColumn("{task.fields[left]:<12}"),
                TextColumn("{task.fields[found]}"),
                console=Console(stderr=True),
                transient=True,
            )

    def __enter__(self) -> Self:
        if self._line is not None:
            self._line.start()
            self._task = self._line.add_task("starting", total=None, left="", found="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            self._line.stop()

    def show(self, progress: Progress) -> None:
        """Bring the line up to date."""
        if self._line is None or self._task is None:
            return
        left = ""
        if progress.left is not None:
            elapsed = time.monotonic() - self._began
            # An estimate that grows must not take back what was shown as done.
            self._share = max(self._share, elapsed / (elapsed + progress.left))
            left = f"{timedelta(seconds=round(progress.left))} left"
        self._line.update(
            self._task,
            description=progress.stage or "scanning",
            completed=100 * self._share,
            total=100 if self._share else None,
            left=left,
            found=f"{progress.found:,} device{'' if progress.found == 1 else 's'}",
        )
