# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments by which tasks reach CSSM; documented in the fragment ``cssm``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.parameters import env_fallback
from ansible_collections.c9800.slp.plugins.module_utils.portal._profiles import PROFILES
from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import METHODS, CssmSettings
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalAuthError

CSSM_ARGUMENTS: dict[str, dict[str, Any]] = {
    "profile": {"type": "str", "choices": list(PROFILES), "default": "software_apis"},
    "base_url": {"type": "str"},
    "token_url": {"type": "str", "no_log": False},
    "client_id": {"type": "str", "fallback": (env_fallback, ["SLP_CSSM_CLIENT_ID"])},
    "client_secret": {"type": "str", "no_log": True, "fallback": (env_fallback, ["SLP_CSSM_CLIENT_SECRET"])},
    "grant_type": {"type": "str", "choices": ["client_credentials", "password"], "default": "client_credentials"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "ca_path": {"type": "path"},
    "validate_certs": {"type": "bool", "default": True},
    "proxy": {"type": "str"},
    "timeout": {"type": "int", "default": 60},
}
CSSM_RULES: dict[str, Any] = {"required_if": [("grant_type", "password", ("username", "password"))]}
METHOD_ARGUMENT: dict[str, Any] = {"type": "str", "choices": list(METHODS), "default": METHODS[0]}


def cssm_settings(args: Mapping[str, Any], *, needed: bool = True) -> CssmSettings:
    """The settings that a task gave. ``needed``: CSSM will be asked, so there have to be credentials."""
    if needed and not (args["client_id"] and args["client_secret"]):
        raise PortalAuthError(
            "there are no credentials for CSSM",
            remedy="Give client_id and client_secret, or set SLP_CSSM_CLIENT_ID and SLP_CSSM_CLIENT_SECRET "
            "in the environment of the control node",
        )
    return CssmSettings(
        profile=args["profile"],
        base_url=args["base_url"] or "",
        token_url=args["token_url"] or "",
        client_id=args["client_id"] or "",
        client_secret=args["client_secret"] or "",
        grant_type=args["grant_type"],
        username=args["username"] or "",
        password=args["password"] or "",
        ca_path=args["ca_path"],
        validate_certs=args["validate_certs"],
        proxy=args["proxy"],
        timeout=args["timeout"],
        method=args.get("method", METHODS[0]),
    )
