# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 145 return codes of ``cisco-smart-license-errors`` and what each means for an operator (yang.md 5.1).

Which code a real controller gives for which mistake is not published: the reasons follow the models' descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

Meaning = Literal["success", "started", "busy", "failure"]
Code = tuple[Meaning, str, str]

_WAIT = "Wait a minute and try it again"
_FILE = "Check with `dir` that the file is there and whole, and give its path with the file system"
_REACH = "Check `show license status` and `show license eventlog`: transport, URL, name resolution, proxy, route"
_CLOCK = "Check `show clock` and NTP, and `show crypto pki trustpoints` for SLA-TrustPoint"
_REPORT = "Look at `show license eventlog` and `show license tech support` on the device"
_OTHER_BOX = "Import the answer that was made for this very device and this very request"
_NOT_POLICY = "It belongs to licensing before Smart Licensing Using Policy and is of no use here"

# (meaning, reason, remedy, names); a name stands in one row only.
_ROWS: tuple[tuple[Meaning, str, str, str], ...] = (
    ("success", "", "", "success"),
    ("started", "it has begun; the state tells when it is done", "", "registrationinprogress"),
    (
        "busy",
        "the licensing agent is still at another request",
        _WAIT,
        "authrenewinprogress idcertrenewinprogress msgexecinprogress msgexecinproglocked commretry listbusy",
    ),
    (
        "busy",
        "the licensing agent does not run yet or is on its way down",
        "Wait some minutes after a boot or a switchover and try it again",
        "notinit pinotinit agentunreachable ipctimeout shuttingdown sysmgrinit cryptoinitnotcompleted "
        "storagemgmtnotinit",
    ),
    (
        "failure",
        "the device is registered or has a trust code already",
        "Ask for it again with force",
        "alreadyregistered",
    ),
    (
        "failure",
        "the device does not take the value, or cannot read the path",
        _FILE,
        "BadInputParams platformpathinvalid",
    ),
    ("failure", "what was named is not there", _FILE, "notfound requesteditemnotfound storageobjdoesnotexist"),
    (
        "failure",
        "this image does not support the operation",
        "Look into docs/ways.md which release does, or use the CLI",
        "notsupported versionmismatchinentitlementrsp versionmismatchinregresponse cryptoversionmismatch",
    ),
    (
        "failure",
        "Smart Licensing is not enabled on the device",
        "It is always on from IOS XE 17.3.2a: check the release",
        "notenabled",
    ),
    (
        "failure",
        "the file is no licensing message, or an altered one",
        "Fetch the file from CSSM again and import it as it is",
        "msgparse invalidrequest invalidresponse unsupportedresponse reqmsgmissingmandatoryfield base64decoding "
        "base64encoding base58encode b58overflow b58decode b58badlen b58invdigit b58decodeoverflow "
        "codevalidationfailed",
    ),
    (
        "failure",
        "the file belongs to another device or another request",
        _OTHER_BOX,
        "matchidentifier matchvendor matchnonce certmatchessubsetudis certificatemismatch invalidsoftwareidtag "
        "taginvalid",
    ),
    (
        "failure",
        "the device cannot read or write its trusted store",
        "Check `dir` for free space, and contact Cisco TAC if it stays so",
        "storagefailtostore storagefailtoretrieve storagegroupchangeincomplete storageobjfailtocreate "
        "storageobjfailtoerase",
    ),
    (
        "failure",
        "the device cannot reach CSSM or its collector, or was refused there",
        _REACH,
        "commdisabled commsend commresponse communkown responsefailed callhomeserviceoff fqdn messageeventexceedspeer",
    ),
    (
        "failure",
        "the transport of the device does not fit the request",
        "Configure the transport of its topology first",
        "transporttype transportnotavailable thirdparty",
    ),
    (
        "failure",
        "it was sent to the standby unit",
        "Talk to the active unit: use the address that moves with a switchover",
        "standby harolenotsupported",
    ),
    (
        "failure",
        "a certificate or signature does not hold",
        _CLOCK,
        "verifysignaturefailed certinvalid certexpired couldnotvalidatetrustchain signcertverificationfailed "
        "nodecertverificationfailed parsecertificatefailed cryptorootcaimportfailed generatesignaturefailed "
        "csrgenerationfailed",
    ),
    (
        "failure",
        "there is no authorization code to return",
        "Nothing is to be done",
        "noauthorizationinstalled noreservationauthcode",
    ),
    (
        "failure",
        "CSSM did not get a usable ID token",
        "Take a new ID token of the right virtual account",
        "nullccoidtoken",
    ),
    (
        "failure",
        "the state of the licensing agent does not allow it now",
        _WAIT,
        "smpostnotallow failtosetstate notinunidentified reserved alreadyinit alreadyenabled noudichange "
        "tspathnotchanged alreadyexists duplicatedentry missingentry ignoreevent",
    ),
    (
        "failure",
        "it concerns licence reservation",
        _NOT_POLICY,
        "noreservationinprogress reservationmismatch notreservationmode reservationerror reservationalreadyinstalled "
        "reservationinstallparsefail noreservation reservationversionoutofbound reservationinprogress",
    ),
    (
        "failure",
        "it concerns registered licensing, licence conversion or utility mode",
        _NOT_POLICY,
        "notregistered conversionnocb conversionnotallowed conversioninprogress conversionalreadystarted "
        "conversionnotenabled versionconversionnotsupported noconversioninprogress conversionstoppedpartially "
        "utilityenabled utilitynotenabled",
    ),
    (
        "failure",
        "an error inside the licensing agent",
        _REPORT,
        "malloc nullpointer error3 error4 error5 error7 badhandle smfailtocreate smfailtorun smfailtoinit "
        "smfailtodestroy msgbuild init platformudiinvalid listinsertfailed sessionmgmtnotinit listinitfailed noclients "
        "ipc ipcopen ipcinit ipcconnect ipcevents ipcmgmt ipcsend ipcreceive enqueuefailed dequeuefailed "
        "badpeerinfoformat badapplicationhaattributedataset xdmcreatehandle apphainvalidcharacter "
        "apphaaddpeerfromsamedevice apphaappduplicatedinstance max",
    ),
)


def _codes() -> Iterator[tuple[str, Code]]:
    for meaning, reason, remedy, names in _ROWS:
        for name in names.split():
            yield name, (meaning, reason, remedy)


CODES: Mapping[str, Code] = dict(_codes())
