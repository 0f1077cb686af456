"""The catalogue of what can be wrong with a script. Codes are stable; tests go by every entry.

SC0xx reading YAML     SC1xx keys and values     SC2xx names
SC3xx guards           SC4xx flow and tasks      SC5xx history
SC8xx advice (the proof has SC6xx, strings files SC7xx)
"""

from __future__ import annotations

from typing import Final

from engine.script.catalogue import sc0_reading as reading
from engine.script.catalogue import sc1_values as values
from engine.script.catalogue import sc2_names as names
from engine.script.catalogue import sc3_guards as guards
from engine.script.catalogue import sc4_flow as flow
from engine.script.catalogue import sc4_scarce as scarce
from engine.script.catalogue import sc5_history as history
from engine.script.catalogue import sc8_advice as advice
from engine.script.catalogue.entry import Entry

CATALOGUE: Final[dict[str, Entry]] = {
    entry.code: entry
    for area in (reading, values, names, guards, flow, scarce, history)
    for entry in area.ENTRIES
}

ADVICE: Final[dict[str, Entry]] = {entry.code: entry for entry in advice.ENTRIES}
"""What may be meant otherwise. A script compiles with it, as kept texts have to for ever."""
