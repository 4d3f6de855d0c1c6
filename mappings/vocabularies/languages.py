"""Languages as documents name them ("en", "en-GB", "fre", "eng; USA", "English"), made into ISO 639-2/T codes, and back into tags."""

from functools import cache
from typing import Final

_TWO_LETTERS: Final = """
aa aar ab abk ae ave af afr ak aka am amh an arg ar ara as asm av ava ay aym az aze ba bak be bel bg bul bi bis bm bam bn ben bo bod
br bre bs bos ca cat ce che ch cha co cos cr cre cs ces cu chu cv chv cy cym da dan de deu dv div dz dzo ee ewe el ell en eng eo epo
es spa et est eu eus fa fas ff ful fi fin fj fij fo fao fr fra fy fry ga gle gd gla gl glg gn grn gu guj gv glv ha hau he heb hi hin
ho hmo hr hrv ht hat hu hun hy hye hz her ia ina id ind ie ile ig ibo ii iii ik ipk io ido is isl it ita iu iku ja jpn jv jav ka kat
kg kon ki kik kj kua kk kaz kl kal km khm kn kan ko kor kr kau ks kas ku kur kv kom kw cor ky kir la lat lb ltz lg lug li lim ln lin
lo lao lt lit lu lub lv lav mg mlg mh mah mi mri mk mkd ml mal mn mon mr mar ms msa mt mlt my mya na nau nb nob nd nde ne nep ng ndo
nl nld nn nno no nor nr nbl nv nav ny nya oc oci oj oji om orm or ori os oss pa pan pi pli pl pol ps pus pt por qu que rm roh rn run
ro ron ru rus rw kin sa san sc srd sd snd se sme sg sag si sin sk slk sl slv sm smo sn sna so som sq sqi sr srp ss ssw st sot su sun
sv swe sw swa ta tam te tel tg tgk th tha ti tir tk tuk tl tgl tn tsn to ton tr tur ts tso tt tat tw twi ty tah ug uig uk ukr ur urd
uz uzb ve ven vi vie vo vol wa wln wo wol xh xho yi yid yo yor za zha zh zho zu zul
"""
"""ISO 639-1 and ISO 639-2/T, in pairs."""

_BIBLIOGRAPHIC: Final = """
alb sqi arm hye baq eus bur mya chi zho cze ces dut nld fre fra geo kat ger deu gre ell ice isl mac mkd mao mri may msa per fas rum
ron slo slk tib bod wel cym
"""
"""ISO 639-2/B and ISO 639-2/T, in pairs, where they differ."""

_NAMES: Final = """
english eng anglais eng french fra français fra francais fra german deu deutsch deu spanish spa español spa italian ita italiano ita
portuguese por português por dutch nld nederlands nld russian rus chinese zho japanese jpn korean kor arabic ara greek ell latin lat
swedish swe norwegian nor danish dan finnish fin icelandic isl polish pol czech ces slovak slk hungarian hun romanian ron bulgarian bul
croatian hrv slovenian slv serbian srp estonian est latvian lav lithuanian lit ukrainian ukr turkish tur hebrew heb hindi hin
indonesian ind vietnamese vie thai tha catalan cat
"""
"""Names in use, in small letters, and ISO 639-2/T, in pairs."""


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_TO_THREE: Final = _pairs(_TWO_LETTERS)
_TO_TWO: Final = {three: two for two, three in _TO_THREE.items()}
_KNOWN: Final = {**{three: three for three in _TO_TWO}, **_TO_THREE, **_pairs(_BIBLIOGRAPHIC), **_pairs(_NAMES)}


@cache
def language_code(text: str) -> str | None:
    """Return the ISO 639-2/T code ("eng") of the language that `text` names; None when it names none that is known here.

    What follows the first word is of no account: "en-GB", "en_US", "eng; USA" are all "eng". A code of three letters that has no
    counterpart in ISO 639-1 is taken as it is.
    """
    words = text.casefold().replace("_", "-").replace(";", " ").replace(",", " ").replace("-", " ").split()
    if not words:
        return None
    found = _KNOWN.get(words[0])
    if found is None and len(words[0]) == 3 and words[0].isascii() and words[0].isalpha():
        return words[0]
    return found


def language_tag(code: str) -> str:
    """Return the language tag of BCP 47 ("en") for an ISO 639-2/T code."""
    return _TO_TWO.get(code, code)
