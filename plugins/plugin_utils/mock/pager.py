# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``--More--``."""

from __future__ import annotations

MORE = " --More-- "
_WIPE = "\b" * len(MORE) + " " * len(MORE) + "\b" * len(MORE)


class Pager:
    """An output that does not fit on the screen: space shows the next page, Enter a line, any other key ends it."""

    def __init__(self, text: str, length: int) -> None:
        self._lines = text.splitlines(keepends=True)
        self._page = length - 1
        self._waiting = False

    @property
    def done(self) -> bool:
        return not self._lines

    def press(self, key: str) -> str:
        """What comes on the screen; ``done`` tells whether it was the last."""
        wipe, self._waiting = (_WIPE if self._waiting else ""), True
        count = {" ": self._page, "\r": 1, "\n": 1}.get(key, 0)
        shown, self._lines = self._lines[:count], self._lines[count:] if count else []
        return wipe + "".join(shown) + (MORE if self._lines else "")
