"""Imported by worker processes before they fork: everything heavy is loaded, and one small page was cleaned, once for all of them.

Importing this module does the work; that is what it is for.
"""

from __future__ import annotations

import logging
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each worker is one of several; numpy must not start threads of its own

from corpuskit.extract.page import PageJob, clean_page  # noqa: E402

logging.disable(logging.CRITICAL)  # what the extractor has to say goes into the reason, not to the terminal

_SENTENCE = "The mill by the river was sold in the spring, and the new owner kept the wheel as it was. "
_PAGE = f"<html><head><title>Mill</title></head><body><article><h1>Mill</h1><p>{_SENTENCE * 3}</p></article></body></html>"

clean_page(PageJob(_PAGE.encode()))
clean_page(PageJob(f"Mill\n\n{_SENTENCE * 3}\n".encode(), media_type="text/plain"))
