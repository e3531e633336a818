#!/usr/bin/env bash
# Every molecule scenario, JOBS of them at a time; each has a simulated world of its own. Usage: tests/molecule.sh [scenario...]
set -euo pipefail
cd "$(dirname "$0")/.."
# By hand as under make: the tools of this checkout, and nothing of the user's own Ansible.
export PATH=$PWD/.venv/bin:$PATH
export ANSIBLE_COLLECTIONS_PATH=$PWD/.tree ANSIBLE_HOME=$PWD/.work/ansible ANSIBLE_CONFIG=$PWD/tests/ansible.cfg
logs=$PWD/.work/molecule
mkdir -p "$logs"
export logs
# Two runs in one checkout would stop each other's worlds.
exec 9>"$logs/lock"
if command -v flock >/dev/null; then flock 9; fi
cd "$ANSIBLE_COLLECTIONS_PATH/ansible_collections/c9800/slp"

run() {
  local begin=$SECONDS
  # The worlds outlive a run that is killed; they must not keep its lock.
  if molecule test --scenario-name "$1" >"$logs/$1.log" 2>&1 9>&-; then
    printf '%-24s passed in %3d s\n' "$1" $((SECONDS - begin))
  else
    printf '%-24s FAILED after %d s\n' "$1" $((SECONDS - begin))
    cat "$logs/$1.log"
    return 255  # no further scenario is begun
  fi
}
export -f run

if [ $# -eq 0 ]; then
  # `default` has nothing to do: molecule wants one of that name.
  mapfile -t scenarios < <(cd extensions/molecule && find . -mindepth 2 -name molecule.yml -printf '%h\n' | sed 's|^\./||' | grep -vx default | sort)
else
  scenarios=("$@")
fi
printf '%s\n' "${scenarios[@]}" | xargs -P "${JOBS:-2}" -I{} bash -c 'run {}'
