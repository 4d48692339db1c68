"""The data file of the demonstration's sitting of the council, as a minute-taker writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, timedelta

__all__ = ["sitting_file"]

_SITTING = """\
# The council's first sitting. Every name here is invented.
schema = "docgen-sitting/1"

[sitting]
number = "1"
date = {day}
begins = 11:00:00
ends = 12:10:00
place = "Rīgā"
form = "hybrid"
status = "draft"

[chair]
name = "Ilze Kalniņa"
position = "departamenta direktore"
organisation = "Iekšlietu ministrija"

[minute_taker]
name = "Pēteris Vanags"
position = "vecākais referents"
organisation = "Iekšlietu ministrija"

[convened]
by = "Sadarbības padomes sekretariāts"
on = {convened}
how = "uzaicinājums nosūtīts uz dalībnieku e-adresēm"

[[attendance]]
name = "Ilze Kalniņa"
position = "departamenta direktore"
organisation = "Iekšlietu ministrija"
side = "ministry"
voice = "vote"

[[attendance]]
name = "Jānis Ozols"
position = "projektu vadītājs"
organisation = 'biedrība "Drošā pilsēta"'
side = "ngo"
voice = "vote"

[[attendance]]
name = "Zane Vītola"
position = "biroja vadītāja"
organisation = 'nodibinājums "Palīdzības tilts"'
side = "ngo"
voice = "vote"

[[attendance]]
name = "Oskars Ābele"
position = "valdes loceklis"
organisation = 'biedrība "Robežas kaimiņi"'
side = "guest"
voice = "advisory"

[[items]]
number = 1
kind = "decision"
title = "Par sēdes darba kārtību"
reporters = ["I. Kalniņa"]

[[items.decisions]]
text = "Apstiprināt sēdes darba kārtību."
votes = {{ for = 3, against = 0, abstained = 0 }}

[[items]]
number = 2
kind = "decision"
title = "Par memoranda stāšanos spēkā un organizācijām, kas tam pievienojušās"
reporters = ["I. Kalniņa"]
speakers = ["J. Ozols", "Z. Vītola", "O. Ābele"]
summary = "Sekretariāts informē par reģistrētajām vēstulēm. Dalībnieki pārrunā turpmāko informācijas apmaiņu."

[[items.decisions]]
text = "Sagatavot pārskatu par memoranda īstenošanu."
responsible = "Nozares politikas departaments"
deadline = {deadline}
"""


def sitting_file(day: date, *, notice: timedelta, deadline: timedelta) -> bytes:
    """Return SITTING.toml for a sitting on `day`, convened `notice` before it, with a task due `deadline` after it."""
    return _SITTING.format(day=day, convened=day - notice, deadline=day + deadline).encode()
