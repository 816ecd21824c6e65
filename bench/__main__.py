"""Run the benchmarks named, or all; prints one JSON line a figure."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pkgutil import iter_modules

import bench


def main() -> int:
    known = sorted(m.name for m in iter_modules(bench.__path__) if not m.name.startswith("_"))
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        print(f"No benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known)}.")
        return 2
    for name in wanted:
        for figure in import_module(f"bench.{name}").measure():
            print(json.dumps({"bench": name} | figure), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
