"""The catalogue of what can be wrong with a script. Codes are stable; tests go by every entry.

SC0xx reading YAML     SC1xx keys and values     SC2xx names
SC3xx guards           SC4xx flow and tasks      SC5xx history
SC8xx advice (the proof has SC6xx, strings files SC7xx)
"""

from __future__ import annotations

from typing import Final

from engine.script.catalogue import advice, flow, guards, history, names, reading, values
from engine.script.catalogue.entry import Entry

CATALOGUE: Final[dict[str, Entry]] = {
    entry.code: entry
    for area in (reading, values, names, guards, flow, history)
    for entry in area.ENTRIES
}

ADVICE: Final[dict[str, Entry]] = {entry.code: entry for entry in advice.ENTRIES}
"""What may be meant otherwise. A script compiles with it, as kept texts have to for ever."""
