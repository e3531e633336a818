# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a device through its data models, in the form of NETCONF and in that of RESTCONF (yang.md 3 to 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .releases import Release

TreeName = Literal["cisco-smart-license", "native"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One RESTCONF resource to read: ``path`` below ``/restconf/data/``, encoded.

    ``at``: the names above it, for ``read_json``. ``fields``: what of it is enough; a device that answers 400 to the
    query parameter is asked again without (yang.md 4.3). 204 and 404 mean that there is nothing of it.
    """

    path: str
    at: tuple[str, ...] = ()
    fields: str = ""

    @property
    def url(self) -> str:
        """With the query parameter, where there is one."""
        return f"{self.path}?fields={self.fields}" if self.fields else self.path


@dataclass(frozen=True, slots=True)
class Read:
    """``filter``: what stands inside ``<filter type="subtree">`` of a ``<get>``. ``config``: ``<get-config>`` will do."""

    filter: str
    resources: tuple[Resource, ...]
    config: bool = False


@dataclass(frozen=True, slots=True)
class Patch:
    """One RESTCONF edit: ``PATCH`` with a body, or ``DELETE`` (404 then means that it was gone already)."""

    method: Literal["PATCH", "DELETE"]
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit through one tree. ``config``: what stands inside ``<config>``; ``patches``: the same, in this order."""

    tree: TreeName
    keys: tuple[str, ...]
    config: str
    patches: tuple[Patch, ...]


@dataclass(frozen=True, slots=True)
class Rpc:
    """``xml``: the element inside ``<rpc>``. ``path`` below ``/restconf/operations/``, ``body`` its JSON (None: empty).

    ``secrets``: values in it that must not be shown. ``coded``: the answer is a return code, to be read by
    ``yang.return_code``; ``slow``: gives it minutes rather than seconds.
    """

    name: str
    module: str
    xml: str
    path: str
    body: Mapping[str, Any] | None
    secrets: tuple[str, ...] = ()
    coded: bool = False
    slow: bool = False


def read_state() -> Read:
    """All that ``state_from_yang`` reads: licensing, and who the device is."""
    raise NotImplementedError


def read_progress() -> Read:
    """What moves while one waits: udi, policy, usage, trust codes, the last ACK and its deadline."""
    raise NotImplementedError


def read_reports() -> Read:
    """The keys of closed RUM reports; there may be many of them."""
    raise NotImplementedError


def read_identity() -> Read:
    """Host name, release, chassis and their roles, the clock."""
    raise NotImplementedError


def read_configuration() -> Read:
    """The configuration in both trees, for ``configuration_from_yang``."""
    raise NotImplementedError


def read_library() -> Read:
    """The yang-library of both forms, for ``modules_of_library``."""
    raise NotImplementedError


def edits(settings: Mapping[str, tuple[Any, Any]], *, release: Release | None = None) -> tuple[Edit, ...]:
    """``Change.settings`` as edits, to be sent one after the other; each writes through one tree only.

    Raises CommandError, before anything is sent, for a setting that no model has (``ways.cannot`` says it too).
    """
    raise NotImplementedError


def trust(token: str, *, everywhere: bool, force: bool) -> Rpc:
    """``id-token-trust``; answers ``registrationinprogress``, then the trust codes appear."""
    raise NotImplementedError


def trust_request_save(path: str) -> Rpc:
    raise NotImplementedError


def save_usage(path: str, *, what: Literal["all", "unreported"] | int = "all") -> Rpc:
    """``rum-save-usage-*``; a number: of the last so many days."""
    raise NotImplementedError


def import_file(path: str) -> Rpc:
    raise NotImplementedError


def save_config() -> Rpc:
    raise NotImplementedError


def is_syncing() -> Rpc:
    raise NotImplementedError


def copy(source: str, destination: str) -> Rpc:
    raise NotImplementedError


def delete(path: str) -> Rpc:
    raise NotImplementedError


def cli_lines(lines: tuple[str, ...], *, secrets: tuple[str, ...] = ()) -> Rpc:
    """``config-ios-cli-rpc``, 17.9.1 and later: configuration lines as they are, without transaction or roll-back."""
    raise NotImplementedError
