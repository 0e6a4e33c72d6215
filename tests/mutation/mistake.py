"""One mistake that somebody could make in a file of the product."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """`right`, which stands in the file exactly once, becomes `wrong`."""
    file: str
    right: str
    wrong: str
    reason: str  # what would be broken
    equivalent: str = ""  # why no test can tell; empty: one must
