"""Words in a message that may speak of a warning sign. Pure.

A safety net, not a test: the words lead to the care card and tell a practitioner; nothing is concluded from them.
What is looked for: clinical.md 4.3 and 4.4, in the words of the safety questions. English and German are both looked
for, whatever language a client has chosen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

# Phrases are parted by " / "; "*" stands for any ending. A sign is found where one sentence has a phrase of each group.
_SADDLE: Final = (
    "between my legs / between the legs / inner thigh* / groin / genital* / private parts / privates / back passage / "
    "bottom / buttock* / bum / vagina / penis / testicle* / anus / saddle"
)
_SADDLE_DE: Final = (
    "zwischen den beinen / zwischen meinen beinen / oberschenkelinnen* / im schritt / genital* / scham* / intim* / "
    "after / gesaess* / po / scheide / penis / hoden"
)
_CANNOT: Final = (
    "cannot / can't / cant / can not / could not / couldn't / unable / trouble / difficult* / hard / harder / struggl*"
)

# key: id of the safety question of routines.yaml that asks about the same
SIGNS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "cauda_equina": (
        ("numb* / tingl* / no feeling / cannot feel / can't feel / cant feel", _SADDLE),
        (_CANNOT, "pee / peeing / wee / weeing / pass water / passing water / urin* / bladder"),
        ("wet myself / wetting myself / soiled myself / incontinen*",),
        ("leak*", "urine / pee / wee / bladder"),
        ("lost control / losing control / no control / lose control", "bladder / bowel*"),
        ("weak* / numb* / tingl* / pain*", "both legs / both my legs"),
        ("taub* / kribbel* / kein gefuehl / gefuehllos", _SADDLE_DE),
        ("nicht / kaum / schwer", "wasser lassen / wasserlassen / pinkeln / urinieren / pipi"),
        ("inkontinen* / eingenaesst / in die hose gemacht",),
        ("blase / darm / stuhl / urin", "nicht halten / nicht mehr halten / kontroll* / spuer* / merk*"),
        ("schwaech* / taub* / kribbel* / schmerz*", "beide beine / beiden beinen"),
    ),
    "leg_weakness": (
        ("foot / toe / toes", "drop / drops / dropping / drag / drags / dragging"),
        ("drop foot / foot drop",),
        ("leg / foot", "weaker / gives way / giving way / gave way / paraly*"),
        ("fuss / zehen", "schleif* / haengt / anheben / nicht heben"),
        ("bein / fuss", "schwaecher / gelaehmt / laehmung* / knickt weg / gibt nach / sackt weg"),
    ),
    "trauma_fracture": (
        ("i fell down / i fell off / i fell over / i fell on / i have fallen / had a fall / had a bad fall",),
        ("car crash / car accident / bike accident / bicycle accident",),
        ("gestuerzt / hingefallen / heruntergefallen / sturz / unfall",),
    ),
    "infection": (
        ("fever* / shiver* / night sweat* / high temperature",),
        ("fieber* / schuettelfrost / nachtschweiss",),
    ),
    "heart_breath": (
        ("chest", "pain* / tight* / hurt* / pressure"),
        (_CANNOT, "breath / breathe / breathing"),
        ("breathless* / short of breath / shortness of breath",),
        ("faint / fainted / fainting / passed out / passing out / blacked out / collapsed / lost my sight",),
        ("brust / brustkorb", "schmerz* / eng* / druck"),
        ("brustschmerz* / atemnot / luftnot / keine luft / kaum luft / kurzatmig* / nicht atmen",),
        ("ohnmaechtig / ohnmacht / umgekippt / bewusstlos* / zusammengebrochen / sehe nichts mehr",),
    ),
    "aaa": (
        ("sudden*", "severe / terrible / awful / unbearable / worst", "pain*"),
        ("tearing pain / ripping pain / worst pain ever / worst pain of my life",),
        ("ploetzlich*", "stark* / heftig* / schlimm* / unertraeglich*", "schmerz*"),
        ("schmerz* meines lebens",),
    ),
    "pregnancy": (
        ("waters broke / waters have broken / contraction / contractions",),
        ("baby", "moving less / moves less / not moving / stopped moving"),
        ("pregnan*", "bleed*"),
        ("fruchtblase / fruchtwasser / wehen",),
        ("baby", "bewegt sich weniger / bewegt sich nicht / bewegt sich kaum"),
        ("schwanger*", "blut*"),
    ),
    # No question of the library asks about it; whoever writes it must not wait for an answer all the same.
    "own_life": (
        ("kill myself / end my life / suicid* / harm myself / want to die / don't want to live / do not want to live",),
        ("umbringen / das leben nehmen / suizid* / selbstmord* / nicht mehr leben / sterben will",),
    ),
}
NO_QUESTION: Final = "own_life"

_SPELT_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "‘": "'"})


def _compiled(group: str) -> re.Pattern[str]:
    phrases = (re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in group.split(" / "))
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


_COMPILED: Final = {key: [[_compiled(group) for group in sign] for sign in signs] for key, signs in SIGNS.items()}


def urgent_themes(text: str) -> tuple[str, ...]:
    """Return the keys of SIGNS of which a sentence of the text has words, in their order; empty for most messages."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_SPELT_OUT)
    sentences = re.split(r"[.!?;\n]+", plain)
    return tuple(
        key
        for key, signs in _COMPILED.items()
        if any(all(group.search(sentence) for group in sign) for sign in signs for sentence in sentences)
    )
