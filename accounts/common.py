"""Passwords that guessers try first. A list of their kernels is short, and catches all the "Password2026!" made of them."""

import re
from typing import Final

_LIST: Final = """
abcdef abcdefg abcdefgh access account adidas admin administrateur administrator alexander alexandra amanda amour andrea andrew angel
angela anthony apple arsenal ashley asdfgh august austin azerty azertyuiop babygirl badboy bailey banana barcelona baseball basketball
batman beautiful bienvenue bitcoin blabla blackberry bonjour bonjours boomer brandon bubbles butterfly camille caroline catalogue
chang changeme changemoi charlie charlotte cheese chelsea cherry chicago chicken chocolat chocolate chouchou christian christine
christopher cnes coffee compaq computer cookie corot corvette coucou cowboy dallas daniel danielle database data dauphin david default
demo desiree diamond doctor dolphin doudou dragon eagle eminem england esmeralda estrella everyone family fender ferrari florida
flower football forever france freedom friend friends fuckyou fuckme fucker gabriel galaxy gandalf george gfhjkm ginger google
guest guitar hahaha hannah harley heather hello hellohello hockey homme hotmail hunter ibelieve identifiant iloveyou iloveu info
internet invite jackson jasmine jasper jennifer jeremy jessica jesus jesuschrist jetaime johnson jonathan jordan joseph joshua julien
justin killer kitten lakers laposte lauren leonardo letmein letmeinnow liverpool lollol london lorraine loulou love lovely lover
loveyou madison maggie magic manager manchester marie marina marseille martin master matrix matthew maverick maxime mercedes merlin
metallica michael michel michelle mickey midnight minecraft mickael monkey monday mommy morgan motdepasse mother mustang mypass
mypassword naruto natasha newpass newpassword nicolas nicole ninja nintendo nirvana nothing nouveau november october olivier olympique
oracle orange ordinateur pakistan parisien pass passe passer passw password passwords passwort patricia patrick peanut pepper
phoenix pineapple planet player please pokemon police porsche princess princesse private purple qazwsx qazwsxedc qwaszx qwer qwert
qwerty qwertyuiop rachel rainbow raiders ranger rangers reflecs rebecca richard robert romain root roxane samantha samsung sandra
satellite school scooter scorpion scott secret secure security september serad server service shadow shannon sidonie silver simone
sipad slipknot smokey snoopy soccer soleil sophie spider spiderman spring starwars startrek steven stella success summer sunflower
sunshine superman superstar support sweet sweety sysadmin taylor teamo telephone temp temporary tennis test tester testing testtest
theman thomas thunder tigger tinkerbell toto toulouse tototo trustno trustnoone user username utilisateur vanessa vacances valentin
veronica victor victoria vincent voyage warrior welcome whatever william winner winter xbox yamaha yankees yellow zaqwsx zxcvbn
zxcvbnm zizou
"""
_WORDS: Final = frozenset(_LIST.split())
_ROWS: Final = (
    "01234567890123456789012345678901234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1a2z3e4r5t6y7u8i9o0p",
    "a1b2c3d4e5f6g7h8i9j0",
)
"""Keys side by side and letters in order, forwards; they are looked for backwards, too."""
_LETTERS_FOR: Final = str.maketrans("013457@$!€", "oieastasie")
_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_AT_THE_END: Final = re.compile(r"[\W\d_]+\Z")
_REPEATED: Final = re.compile(r"(.+?)\1+")
_FEWEST_SIGNS: Final = 5
_SHORTEST_REPEATED: Final = 8


def is_common(password: str) -> bool:
    """Tell whether guessers would come to a password soon.

    Args:
        password: case-folded.
    """
    if len(set(password)) < _FEWEST_SIGNS:
        return True
    repeated = _REPEATED.fullmatch(password)
    unit = repeated.group(1) if repeated else password
    if repeated and len(unit) < _SHORTEST_REPEATED:
        return True
    if any(unit in row or unit in row[::-1] for row in _ROWS):
        return True
    spelled_out = _AT_THE_END.sub("", password).translate(_LETTERS_FOR)
    return any(_kernel(text) in _WORDS for text in (password, spelled_out))


def _kernel(text: str) -> str:
    letters = _NO_LETTERS.sub("", text)
    repeated = _REPEATED.fullmatch(letters)
    return letters if letters in _WORDS or not repeated else repeated.group(1)
