"""Nothing but switches: no word here says what they are for."""

from dataclasses import dataclass

CHECKED = False
CAREFUL = True


@dataclass
class Mode:
    checked: bool = False
    careful: bool = True


mode = Mode()
