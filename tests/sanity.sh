#!/usr/bin/env bash
# ansible-test refuses a symlinked checkout and wants a get-pip script of its own: give it a copy of the tree and a stand-in.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/.venv/bin:$PATH
root=$PWD/.work/sanity
copy=$root/ansible_collections/c9800/slp
export HOME=$root/home
rm -rf "$root/ansible_collections"
mkdir -p "$copy" "$HOME/.ansible/test/cache"
git ls-files -z --cached --others --exclude-standard | xargs -0 -I{} sh -c '[ -e "{}" ] && printf "%s\0" "{}"' | tar -c --null -T - | tar -x -C "$copy"

for version in 25.2 25.1.1 24.2; do
  cat >"$HOME/.ansible/test/cache/get_pip_${version//./_}.py" <<PY
"""Stand-in for get-pip: the interpreter's bundled pip, then the pinned one from the package index."""
import subprocess
import sys

packages = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
quiet = {"check": True, "stdout": subprocess.DEVNULL}
subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], **quiet)
subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "pip==$version", *packages], **quiet)
PY
done

python=$(python -c 'import sys; print("{}.{}".format(*sys.version_info))')
cd "$copy"
# ansible-test lists files by git; the copy must not look like an ignored part of this checkout.
git init --quiet . && git add --all
ansible-test sanity --local --python "$python" --color no "$@"
