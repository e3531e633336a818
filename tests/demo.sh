#!/usr/bin/env bash
# The air gap end to end on a mock fleet. Everything it makes lies in .work/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

demo=$PWD/.work/demo
inside=$demo/inside outside=$demo/outside stick=$demo/stick
export SLP_MOCK_RUNTIME_DIR=$demo/mock
export ANSIBLE_CALLBACKS_ENABLED=c9800.slp.fleet_progress
export ANSIBLE_DISPLAY_OK_HOSTS=false ANSIBLE_DISPLAY_SKIPPED_HOSTS=false

step() { printf '\n\033[1m== %s\033[0m\n' "$1"; }
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
