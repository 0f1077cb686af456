"""The kinds of tasks: one folder each, and what they all have.

Theory of operation. A task's `body` *is* a task of some kind: `Choose(choices=…)`, `Speak()`.
Whoever has a task asks its body and never which kind it is:

    compiler    read(at)                  author's keys → the body, or issues
    rules       verdict(moment, answer)   what an answer amounts to; or a refusal
                right(moment)             what a stand-in answers
    views       show(seen)                what the phone of a slot is told
    proof       classes(moment, counts)   answers that stand for all others
    review      grade, told               what an answer showed; the answer in words
    and so on: `kind.py` is the list, with a default wherever there is one.

A kind's folder holds all that is said of it: `kind.py` (pure), `seat.html` (its part of a phone's
page), `examples.yaml` (answers and what they amount to, which the tests play), and if it must
`kind.css` and `kind.js`. `registry.py` lists the folders. CONTRIBUTING.md says how one is added.

What a kind is made of: `keys.py` what authors write, `forms.py` how an answer is put and how it
goes over the wire, `options.py` what may be picked, `held.py` how far a task is.
"""
