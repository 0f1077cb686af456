# make serve   set up, and serve on http://localhost:8000
# make test    set up what the tests need, and run all of them; SHORT=1: does it run here at all?
# make faults  the promises of docs/promises.md under real faults, at their full figures
# make all     whatever can be tried, the long things too: an hour or more, as root, on a quiet machine
# make check   style, types, import directions
# make bench   how fast the rules are on this machine, and a team's turn beside the least that does the same; minutes, alone
# make cheat   what a client gets right that reads no text: before options were drawn, and now
# make film    an evening on the wall and four phones, as a film and a sheet of stills in var/film; SCRIPT=… for another
# make load    what an evening costs a server: processor time, bytes, memory

.PHONY: serve test faults all check bench cheat film load coverage lock

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
	@scripts/test --long -n 2 tests/engine tests/scenarios tests/web/pages/test_review.py tests/web/door/test_unkeepable.py tests/e2e/test_first_screen.py tests/e2e/test_wall.py
	@scripts/faults
	@scripts/fresh
	@scripts/fuzz 30

check:
	@scripts/check

FEWER = --rounds 2 --rates 200,500 --idle 100,1000
bench:
	@scripts/setup --dev
	@.venv/bin/pytest bench --benchmark-only
	@.venv/bin/python -m bench.commands $(if $(BESIDE),--beside $(BESIDE))
	@.venv/bin/python -m bench.turns $(if $(BESIDE),--beside $(BESIDE) $(FEWER))
	@exec .venv/bin/python -m bench.turns.growth

cheat:
	@scripts/setup --dev
	@exec .venv/bin/python -m bench.cheat

film:
	@scripts/film $(SCRIPT)

load:
	@scripts/setup --dev
	@exec .venv/bin/python -m bench.load

coverage:
	@scripts/coverage

lock:
	@scripts/lock
