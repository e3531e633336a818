# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options by which modules reach CSSM."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  profile:
    description:
      - Which generation of Cisco's API to speak. Which one an application may use depends on its access request.
      - V(software_apis) is the current one (Software APIs), V(swapi) the one before it.
    type: str
    choices:
      - software_apis
      - swapi
    default: software_apis
  base_url:
    description:
      - Base URL of the API, up to where the path of a call begins.
      - Default for O(profile=software_apis) is V(https://apx.cisco.com/v1/software/apis). Default for O(profile=swapi)
        is V(https://swapi.cisco.com/services/api/services/api/smart-accounts-and-licensing).
      - No other host than those of O(base_url) and O(token_url) is asked, redirects to another host are refused.
    type: str
  token_url:
    description:
      - URL of the OAuth2 token endpoint.
      - Default for O(profile=software_apis) is V(https://id.cisco.com/oauth2/default/v1/token). Default for
        O(profile=swapi) is V(https://cloudsso.cisco.com/as/token.oauth2).
    type: str
  client_id:
    description:
      - Client id of the application that Cisco's licensing API portal registered.
      - If not given, the environment variable E(SLP_CSSM_CLIENT_ID) on the control node is used.
    type: str
  client_secret:
    description:
      - Secret of that application.
      - If not given, the environment variable E(SLP_CSSM_CLIENT_SECRET) on the control node is used.
    type: str
  grant_type:
    description:
      - How the token is asked for. V(password) is needed for applications that were registered as native.
    type: str
    choices:
      - client_credentials
      - password
    default: client_credentials
  username:
    description: CCO user, with O(grant_type=password).
    type: str
  password:
    description: Password of the CCO user, with O(grant_type=password).
    type: str
  ca_path:
    description: File with the CA certificates to trust, in place of those of the system.
    type: path
  validate_certs:
    description:
      - Whether the portal's certificate has to be trusted. V(false) exposes the credentials to anybody on the way.
    type: bool
    default: true
  proxy:
    description:
      - HTTP proxy towards the portal, such as V(http://proxy.example.com:3128).
      - If not given, the environment variables E(https_proxy) and E(no_proxy) of the control node count.
    type: str
  timeout:
    description: Seconds for connecting, and again for the whole answer to a call.
    type: int
    default: 60
"""
