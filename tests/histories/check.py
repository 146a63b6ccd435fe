"""Check a record: `python -m tests.histories.check RECORD.jsonl FINAL.json [FINAL.json ...]`.

Each FINAL is what one server process shows at the end. Prints each fault on a line and a sum; the exit code is 0 when
there is none, else 1.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from tests.histories.checker import check
from tests.histories.record import load


def main(record: str, *finals: str) -> int:
    """Check what each process shows against the record, and answer with the exit code."""
    operations = load(Path(record))
    found = 0
    for final in finals:
        faults = check(operations, json.loads(Path(final).read_text(encoding="utf-8")))
        for fault in faults:
            print(f"{final}: {fault.kind}: {fault.text}")
        found += len(faults)
    outcomes = Counter(f"{one.op} {one.outcome}" for one in operations)
    said = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
    print(f"{len(operations)} acts ({said}), {len(finals)} readings at the end, {found} faults")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
