"""Team turns: this program beside the least that does the same, in one run.

A *team turn*: teams of four, a socket each. A seat acts; the act is decided and committed; each of
the four gets a view that shows it. When all four have acted the next round begins.

    make bench                                          all of it, and var/bench.json
    .venv/bin/python -m bench.turns saturated rates     two parts of it
    .venv/bin/python -m bench.turns saturated --beside ../other     another checkout in the same run

Beside our own server (`json`, `html`: what its phones are sent) two others are measured, by the same
generator: `echo` sends what a team needs to see to its four sockets and keeps nothing (uvicorn and
websockets, as ours), `least` commits each act in SQLite before it sends, many at a time: the least
Python that is as durable. Only what stands in one table can be compared: a machine does other things
too. docs/performance.md tells what is measured, and how.
"""
