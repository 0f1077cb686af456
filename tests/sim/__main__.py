"""Run the world of a seed, or look for seeds that fail.

python -m tests.sim SEED [--trace]
python -m tests.sim --hunt SECONDS [--from SEED]
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from tests.sim.play import play


def main() -> int:
    """The exit code: 0 if all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("seed", nargs="?", type=int)
    parser.add_argument("--trace", action="store_true", help="print what happened")
    parser.add_argument("--hunt", type=float, metavar="SECONDS", help="try new seeds for so long")
    parser.add_argument("--from", dest="first", type=int, help="the first seed to try")
    asked = parser.parse_args()
    if asked.hunt is not None:
        return _hunt(asked.hunt, asked.first)
    if asked.seed is None:
        parser.error("a seed, or --hunt")
    report = play(asked.seed, keep_trace=asked.trace)
    sys.stdout.write("".join(f"{line}\n" for line in report.lines))
    sys.stdout.write(
        f"seed {asked.seed}: {report.events} events, {report.seconds:.0f} s, ending"
        f" {report.ending!r}, trace {report.digest[:16]}\n"
    )
    return 0


def _hunt(seconds: float, first: int | None) -> int:
    began = time.monotonic()
    start = first if first is not None else time.time_ns() // 1_000_000
    seed, failed = start, 0
    while time.monotonic() - began < seconds:
        try:
            play(seed)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            failed += 1
            what = traceback.format_exception_only(error)[0]
            sys.stdout.write(f"{seed}: {what[:400].strip()}\n")
            sys.stdout.flush()
        seed += 1
    took = time.monotonic() - began
    sys.stdout.write(f"{seed - start} seeds from {start}, {failed} failed, {took:.0f} s\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
