"""Imported by the process that workers are forked from: what they need is loaded there, once for all of them.

Importing this module does the work; that is what it is for.
"""

from __future__ import annotations

import logging
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each worker is one of several; numpy must not start threads of its own

from corpuskit.extract.page import warm_up

logging.disable(logging.CRITICAL)  # what the extractor has to say goes into the reason, not to the terminal

warm_up()
