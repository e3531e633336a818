#!/usr/bin/env bash
# Device and kill tests on each line of ansible-core that the Pythons at hand can run, with paramiko 4 and 5.
#   tests/matrix.sh                 every line
#   CORES='2.16 2.21' tests/matrix.sh   some
#   tests/matrix.sh tests/unit      other tests
set -euo pipefail
cd "$(dirname "$0")/.."

# core, the Pythons its control node runs on (newest first), paramiko
matrix='
2.16.18 3.12,3.11      4.0.0
2.17.14 3.12,3.11      4.0.0
2.18.19 3.13,3.12,3.11 4.0.0
2.19.14 3.13,3.12,3.11 5.1.0
2.20.10 3.13,3.12      5.1.0
2.21.5  3.13,3.12      5.1.0
'

python_of() { # the path of a Python that really runs; version managers leave names that do not
  local path
  for path in "python$1" "$(PYENV_VERSION=$(pyenv versions --bare 2>/dev/null | grep -m1 "^$1\.") pyenv which "python$1" 2>/dev/null || true)"; do
    [ -n "$path" ] && "$path" -c '' 2>/dev/null && { command -v "$path"; return; }
  done
  return 1
}

tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=(tests/integration/test_killed.py tests/integration/test_device_mock.py)
failed=0
while read -r core pythons paramiko; do
  [ -n "$core" ] || continue
  case " ${CORES:-${core%.*}} " in *" ${core%.*} "*) ;; *) continue ;; esac
  for version in ${pythons//,/ }; do
    python=$(python_of "$version") && break || python=
  done
  [ -n "$python" ] || { echo "ansible-core $core: skipped, none of Python $pythons is here"; continue; }
  venv=.work/matrix/$core
  [ -e "$venv/.ready" ] || {
    "$python" -m venv --clear "$venv"
    grep -v -E '^(ansible-core|paramiko|resolvelib|ansible-lint|molecule|ansible-compat)==' constraints.txt >.work/matrix/constraints.txt
    "$venv/bin/pip" install --quiet --constraint .work/matrix/constraints.txt --requirement requirements.txt --requirement requirements-lab.txt \
      "ansible-core==$core" "paramiko==$paramiko" pytest pytest-xdist pytest-cov hypothesis jsonschema pyyaml lxml 2>"$venv/pip.log" || { cat "$venv/pip.log"; exit 1; }
    touch "$venv/.ready"
  }
  echo "ansible-core $core, Python $version, paramiko $paramiko"
  "$venv/bin/pytest" -q -n "${JOBS:-2}" "${tests[@]}" || failed=1
done <<<"$matrix"
exit $failed
