"""Progress on standard error: a live line on a terminal, nothing otherwise."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Live:
    """Shows stage, share done, devices found so far and time left while inside ``with``; silent when not wanted."""

    def __init__(self, *, wanted: bool) -> None:
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        if wanted and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            self._progress = Progress(
                TextColumn("{task.description:28}"),
                BarColumn(24),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[found]} devices"),
                console=Console(stderr=True),
                transient=True,
            )

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
            self._task = self._progress.add_task("starting", total=None, found=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, stage: str, done: int, total: int, found: int) -> None:
        """Bring the line up to date."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=stage, completed=done, total=total or None, found=found)
