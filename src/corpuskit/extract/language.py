"""Which language a text is in: py3langid's model, which comes with the package and needs no download.

The model reads every byte, so a long text is sampled. A text with too few letters has no language of its own; then the
declared one stands, without a confidence. Codes are ISO 639-1; text that is no language (tables of numbers) has none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_FEWEST_LETTERS = 20  # below, the model's answers are guesses ("Hello world" is Fula)
_FEWEST_DENSE_LETTERS = 6  # a Chinese, Japanese or Korean character says as much as a word
_SAMPLE = 250  # characters of each of the three places that a long text is read at
_UNSURE = 0.8  # below this probability a declared language that is nearly as probable is believed
_NO_LANGUAGE = "zxx"

_LETTER = re.compile(r"[^\W\d_]")
_DENSE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CODE = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")
# Old, three-letter and narrower codes that pages declare, as the ISO 639-1 code that they mean.
_SYNONYMS = {
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "nb": "no", "cn": "zh", "jp": "ja", "cz": "cs",
    "dk": "da", "gr": "el", "ua": "uk", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr",
    "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "nld": "nl", "dut": "nl", "pol": "pl", "jpn": "ja",
    "zho": "zh", "chi": "zh", "cmn": "zh", "yue": "zh", "kor": "ko", "ara": "ar", "arz": "ar", "ary": "ar",
    "swe": "sv", "dan": "da", "nor": "no", "nob": "no", "nno": "nn", "fin": "fi", "ces": "cs", "cze": "cs",
    "tur": "tr", "ukr": "uk", "ell": "el", "gre": "el", "hun": "hu", "ron": "ro", "rum": "ro", "heb": "he",
    "hin": "hi", "tha": "th", "vie": "vi", "ind": "id", "fas": "fa", "per": "fa", "cat": "ca", "fil": "tl",
}  # fmt: skip


def language_code(declared: str | None) -> str | None:
    """The ISO 639-1 code in a declaration such as `en-GB`, `pt_BR`, `DE`, `zh-Hant-TW`; None if there is none."""
    match = _CODE.match(declared or "")
    if match is None:
        return None
    code = match[1].lower()
    code = _SYNONYMS.get(code, code)
    return code if len(code) == 2 else None


def identify(text: str, *, declared: str | None = None) -> tuple[str | None, float | None]:
    """The language of a text and how probable the model finds it; (declared, None) for a text too short to tell."""
    declared = language_code(declared)
    sample = _sample(text)
    if len(_LETTER.findall(sample)) < (_FEWEST_DENSE_LETTERS if _DENSE.search(sample) else _FEWEST_LETTERS):
        return declared, None
    ranked = _model().rank(sample)
    best, probability = ranked[0]
    if declared is not None and declared != best and probability < _UNSURE:
        as_declared = dict(ranked).get(declared, 0.0)
        if as_declared > 0.2 * probability:
            best, probability = declared, as_declared
    if best == _NO_LANGUAGE:
        return declared, None
    return best, round(float(probability), 4)


def _sample(text: str) -> str:
    """The whole of a short text; of a long one its beginning, middle and end, for a page may begin in another language."""
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = (len(text) - _SAMPLE) // 2
    return "\n".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))


@cache
def _model() -> Any:
    """The model, limited to languages that have an ISO 639-1 code (and to "no language"). Half a second, once."""
    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages({code for code in model.labels if len(code) == 2} | {_NO_LANGUAGE})
    # A text looks up rows of this table; stored row by row that costs half the time.
    model.nb_ptc = np.ascontiguousarray(model.nb_ptc)
    return model
