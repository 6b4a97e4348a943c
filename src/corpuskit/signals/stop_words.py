"""Stop words: a text in a language has some of its most common words, a list of names or prices has none.

The eight of English are those of the paper (Rae et al. 2021, A1.1). For other languages they are eight of the commonest words
which mean nothing by themselves and are no common word of a neighbouring language alone. A language that is not here has no
such signal.
"""

from __future__ import annotations

from corpuskit.signals.reading import Reading

STOP_WORDS: dict[str, tuple[str, ...]] = {
    language: tuple(words.split())
    for language, words in {
        "ar": "في من على إلى أن عن هذا التي",
        "bg": "на и да за се от не са",
        "ca": "de la que el en les per una",
        "cs": "a se na je že do to pro",
        "da": "og at det er en til på af",
        "de": "der die und in den von zu das",
        "el": "και το να του της η για με",
        "en": "the be to of and that have with",
        "es": "de la que el en y los una",
        "et": "ja on ei et see ta oli kui",
        "eu": "eta da ez du bat dira zen ere",
        "fa": "و در به از که این را با",
        "fi": "ja on ei se että oli ovat mutta",
        "fr": "de la le et les des en une",
        "ga": "an na agus is ar go le sa",
        "gl": "de que o a e en unha para",
        "he": "של את על לא זה הוא כי עם",
        "hi": "के में की है और से का को",
        "hr": "i je u na se da su za",
        "hu": "a az és hogy nem is egy meg",
        "id": "yang dan di dengan untuk dari ini pada",
        "is": "og að í er á sem það við",
        "it": "di che la il e per un della",
        "ja": "の に は を た が で て",
        "lt": "ir kad yra į iš su bet kaip",
        "lv": "un ir no ar par kas uz ka",
        "mk": "на и да се од во за не",
        "nb": "og i det er på en til som",
        "nl": "de het een van en in is dat",
        "no": "og i det er på en til som",
        "pl": "i w na się z nie do że",
        "pt": "de que o e do da em para",
        "ro": "de și în la cu să pe nu",
        "ru": "и в не на что с по это",
        "sk": "a sa na je že do to pre",
        "sl": "in je v na se da so za",
        "sq": "të dhe në për një nga me është",
        "sr": "и је у на се да i je",
        "sv": "och att det är en på för som",
        "ta": "ஒரு என்று மற்றும் இந்த என்ற இது அவர் என",
        "th": "ที่ และ ใน ของ การ มี เป็น ได้",
        "tr": "ve bir bu için de da ile olarak",
        "uk": "і в не на що з до та",
        "ur": "کے میں کی ہے اور سے کا کو",
        "vi": "và của là có cho được trong không",
        "zh": "的 是 在 了 有 不 和 人",
    }.items()
}  # fmt: skip


def count_stop_words(reading: Reading) -> int | None:
    """How many different stop words of its language a text holds; None where there is no list."""
    words = STOP_WORDS.get(reading.language or "")
    if words is None:
        return None
    if reading.wording.is_unspaced:  # a word is not to be told from its neighbours
        return sum(word in reading.text for word in words)
    return len(set(words).intersection(reading.tokens))
