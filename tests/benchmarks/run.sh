#!/usr/bin/env bash
# All benchmarks. Fails when a limit is missed: a login in less than 20 ms; 1,000 simulated devices listening within 5 s,
# at most 100 kB each; logins per CPU second of the mock targets (bench_mock.py says when 500 are asked for).
# Times of whole runs and of parsers are told, not judged: docs/performance.md says what they were.
#   tests/benchmarks/run.sh [DEVICES]
set -uo pipefail
cd "$(dirname "$0")"
python=../../.venv/bin/python
peers=../../.venv-peers
devices=${1:-100}
missed=0

bench() {
  printf '\n== %s\n' "$1"
  shift
  "$python" "$@" || missed=1
}

bench "A login" bench_login.py
bench "The mock targets" bench_mock.py
bench "Reading texts and files" bench_parse.py
if [ -x "$peers/bin/ansible-playbook" ]; then
  bench "Whole runs, and cisco.ios over network_cli" bench_fleet.py --devices "$devices" --peers "$peers"
else
  bench "Whole runs (make peers sets up what network_cli needs, to be measured as well)" bench_fleet.py --devices "$devices"
fi
bench "Onboarding, phase by phase" bench_onboard.py --devices 20
exit "$missed"
