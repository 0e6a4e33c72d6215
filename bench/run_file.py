"""What `usher-bench search` writes."""

import json
import sys


def read_totals(path):
    """The scores (`buckets`) and totals (`mode`, ...) of a run, without its replies."""
    totals = {}
    for line in path.read_text(encoding="utf-8").rstrip("\n").rsplit("\n", 2)[-2:]:
        totals.update(json.loads(line))
    if "buckets" not in totals or "mode" not in totals:
        sys.exit(f"{path}: the last two lines hold no scores and totals; was it written by usher-bench search?")
    return totals
