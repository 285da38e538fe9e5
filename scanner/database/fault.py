"""What is wrong with the data, for the person who wrote it."""

from __future__ import annotations

from typing import Final


class DataError(ValueError):
    """The data cannot be used. Its text is one line: file, row, what is wrong, what to do."""

    def __init__(self, where: str, text: str, code: str = "FP000") -> None:
        super().__init__(f"{where}: {text}")
        self.where: Final = where
        self.text: Final = text
        self.code: Final = code
