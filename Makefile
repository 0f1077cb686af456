# make serve   set up, and serve on http://localhost:8000
# make test    set up what the tests need, and run all of them
# make faults  the promises of docs/promises.md under real faults, at their full figures
# make check   style, types, import directions
# make bench   how fast the rules are on this machine

.PHONY: serve test faults check bench coverage lock

serve:
	@scripts/setup
	@exec .venv/bin/python server.py

test:
	@scripts/test

faults:
	@scripts/faults

check:
	@scripts/check

bench:
	@scripts/setup --dev
	@exec .venv/bin/pytest bench --benchmark-only

coverage:
	@scripts/coverage

lock:
	@scripts/lock
