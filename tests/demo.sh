#!/usr/bin/env bash
# The air gap end to end on a mock fleet, then another fleet brought online. Everything it makes lies in .work/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

demo=$PWD/.work/demo
inside=$demo/inside outside=$demo/outside stick=$demo/stick
export SLP_MOCK_RUNTIME_DIR=$demo/mock
export ANSIBLE_CALLBACKS_ENABLED=c9800.slp.fleet_progress
export ANSIBLE_DISPLAY_OK_HOSTS=false ANSIBLE_DISPLAY_SKIPPED_HOSTS=false

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
step() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }
play() { ansible-playbook "$@"; }
stop() { play c9800.slp.mock_stop >"$demo/stop.log" 2>&1 || cat "$demo/stop.log"; }

mkdir -p "$demo"
stop
rm -rf "$inside" "$outside" "$stick" "$demo/before" "$demo/after"
trap stop EXIT

step "A fleet of simulated controllers and a simulated CSSM (not Cisco's)"
play c9800.slp.mock_start

fleet=extensions/molecule/inventory/mock_fleet.yml

step "Before: who has reported?"
play -i $fleet c9800.slp.audit -e slp_report_dir="$demo/before"

step "Inside the air gap: collect all, one bundle out"
play -i $fleet c9800.slp.airgap_collect -e slp_archive="$inside" -e slp_bundle_dir="$stick"

step "Outside: submit, poll, one bundle of ACKs back"
play -i $fleet c9800.slp.airgap_submit -e slp_archive="$outside" -e slp_bundle_dir="$stick"

step "Inside again: install, verify, clean up"
play -i $fleet c9800.slp.airgap_install -e slp_archive="$inside" -e slp_bundle_dir="$stick" -e slp_report_dir="$demo/after"

step "Another fleet, online: four controllers that CSSM does not know, a pair among them"
stop
direct=(-e @extensions/molecule/direct_smart/scenario.yml)
play -i $fleet "${direct[@]}" extensions/molecule/shared/create.yml

step "Onboard: look first, then configure, install trust codes, report, verify"
play -i $fleet "${direct[@]}" c9800.slp.onboard -e trust_poll=1 -e sync_poll=1

step "Once more: nothing is left to change"
play -i $fleet "${direct[@]}" c9800.slp.onboard
