# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``license smart import``: what an acknowledgement, a policy, trust codes and account data do to the device."""

from __future__ import annotations

from .agent import Agent, Trust
from .licensing import Policy
from .simdoc import ImportDocument, read_import
from .simxml import DocumentError

SUCCESS = "Import Data Successful"
# No failure text is public (cli.md 8.2): this one is ours.
FAILURE = "Import Data Failed: {}"


def import_document(agent: Agent, data: bytes, *, exchange: str = "") -> str:
    """Import a document: all of it or nothing. Returns what the device prints.

    ``exchange``: which exchange with a server brought it (comm.OPERATIONS); empty for a file.
    """
    try:
        document = read_import(data, agent.writer.signer.cssm_verify)
        _check_units(agent, document)
    except DocumentError as error:
        return FAILURE.format(error)
    agent.remind()
    _record(agent, document, data.decode(errors="replace"), exchange)
    _install_policy(agent, document)
    _install_trust(agent, document)
    _install_account(agent, document)
    _acknowledge(agent, document)
    return SUCCESS


def _check_units(agent: Agent, document: ImportDocument) -> None:
    """Acknowledgements and codes are for this device or its HA partner."""
    # Units that have left the pair are remembered by the reports of their time.
    former = {udi for report in agent.reports.listed for _unused, udi in report.units}
    named = {ack.udi for ack in document.acks} | set(document.trust) | set(document.authorizations)
    for udi in sorted(named - set(agent.udis) - former):
        raise DocumentError(f"UDI {udi} does not belong to this device")
    for udi, code in document.trust.items():
        if not agent.writer.signer.trust_valid(str(udi), code):
            raise DocumentError(f"the trust code of {udi} is not valid")


def _record(agent: Agent, document: ImportDocument, text: str, exchange: str) -> None:
    """All wireless licences are unenforced: an authorization code is taken and changes nothing."""
    kinds = {
        "POLICY": document.policy,
        "TRUST CODE": document.trust,
        "ACCOUNT INFO": document.account,
        "RUM ACK": document.acks,
        "AUTH": document.authorizations,
    }
    for kind in [exchange] if exchange else [kind for kind, content in kinds.items() if content]:
        agent.record(kind, text)


def _install_policy(agent: Agent, document: ImportDocument) -> None:
    if document.policy is None:
        return
    agent.memory.policy = Policy.from_document(document.policy, int(agent.now))
    agent.log.add(agent.now, "%SMART_LIC-6-POLICY_INSTALL_SUCCESS: A new licensing policy was successfully installed.")


def _install_trust(agent: Agent, document: ImportDocument) -> None:
    """A code from CSSM replaces what is there, a factory-installed one too (cli.md 5.0)."""
    for udi in (udi for udi in agent.udis if udi in document.trust):
        agent.memory.trust[udi] = Trust(agent.now)
        agent.log.add(
            agent.now,
            f"%SMART_LIC-6-TRUST_CODE_INSTALL_SUCCESS: A new licensing trust code was successfully installed on {udi}.",
        )


def _install_account(agent: Agent, document: ImportDocument) -> None:
    if document.account is None:
        return
    agent.memory.account, agent.memory.account_time = document.account, agent.now


def _acknowledge(agent: Agent, document: ImportDocument) -> None:
    """Refused reports stay as they are; an ACK that accepts none does not count as one."""
    accepted = [ack for ack in document.acks if ack.accepted]
    for ack in accepted:
        agent.reports.acknowledge(ack.report_id, ack.transaction_id)
    if accepted:
        agent.memory.last_ack, agent.memory.changed, agent.memory.ack_check = agent.now, None, None
