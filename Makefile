# make serve   set up, and serve on http://localhost:8000
# make test    set up what the tests need, and run all of them; SHORT=1: does it run here at all?
# make faults  the promises of docs/promises.md under real faults, at their full figures
# make all     whatever can be tried, the long things too: an hour or more, as root, on a quiet machine
# make check   style, types, import directions
# make bench   how fast the rules are on this machine
# make cheat   what a client gets right that reads no text: before options were drawn, and now
# make load    what an evening costs a server: processor time, bytes, memory

.PHONY: serve test faults all check bench cheat load coverage lock

serve:
	@scripts/setup
	@exec .venv/bin/python server.py

test:
	@scripts/test $(if $(SHORT),--short)

faults:
	@scripts/faults

# One after the other: `make faults` measures time.
all:
	@scripts/check
	@scripts/test
	@scripts/test --long -n 2 tests/engine tests/scenarios tests/web/test_review.py
	@scripts/faults
	@scripts/fresh
	@scripts/fuzz 30

check:
	@scripts/check

bench:
	@scripts/setup --dev
	@exec .venv/bin/pytest bench --benchmark-only

cheat:
	@scripts/setup --dev
	@exec .venv/bin/python -m bench.cheat

load:
	@scripts/setup --dev
	@exec .venv/bin/python -m bench.load

coverage:
	@scripts/coverage

lock:
	@scripts/lock
