"""The names of all signals, and the versions of what they mean: a new version has them measured again."""

from __future__ import annotations

TEXT_VERSION = 1
PAGE_VERSION = 1

TEXT_SIGNALS = (
    "characters", "counted_words", "words", "mean_word_length", "hash_ratio", "ellipsis_ratio", "bullet_lines", "ellipsis_lines",
    "alphabetic_words", "stop_words", "duplicate_lines", "duplicate_line_characters", "duplicate_paragraphs",
    "duplicate_paragraph_characters", "top_2_grams", "top_3_grams", "top_4_grams", "duplicate_5_grams", "duplicate_6_grams",
    "duplicate_7_grams", "duplicate_8_grams", "duplicate_9_grams", "duplicate_10_grams", "sentences", "removed_lines",
    "lorem_ipsum", "curly_brackets", "punctuated_lines", "short_lines", "breaks_per_word", "replaced", "mojibake", "controls",
)  # fmt: skip
PAGE_SIGNALS = ("visible_characters", "text_share", "link_share")
