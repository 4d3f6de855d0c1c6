"""Sentences for those who order, in English and French, and the errors that carry them.

What a worker says is kept with the order and read days later, and letters are written where no page is: so these sentences are not among
those of the pages.
"""

from dataclasses import dataclass

from records.errors import CatalogueError


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages, with places for values as "%(name)s"."""

    en: str
    fr: str

    def told(self, language: str, /, **values: object) -> str:
        """Return it in a language, "fr" or else English, the values in their places."""
        return (self.fr if language == "fr" else self.en) % values


class ToldError(CatalogueError):
    """A refusal or failure whose text its reader understands; `str` of it is English.

    Attributes:
        sentence: what is said.
        values: what stands in its places.
    """

    def __init__(self, sentence: Sentence, /, **values: object) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(sentence.told("en", **values))

    def told(self, language: str) -> str:
        """Return its text in a language."""
        return self.sentence.told(language, **self.values)


class OrderError(ToldError):
    """An order that cannot be placed or changed as asked.

    Attributes:
        field: which field of the order form is at fault; "" for the order as a whole.
    """

    def __init__(self, field: str, sentence: Sentence, /, **values: object) -> None:
        self.field = field
        super().__init__(sentence, **values)
