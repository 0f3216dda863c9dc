"""The one entry point: `gunicorn wsgi:app`, `flask …`. Puts the source root on the path and builds the application."""

import gc
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "site"))

# What is made here stays: it is neither looked through for garbage while it is made (an eighth of the start) nor later.
gc.disable()

from yiqi.app import create_app

app = create_app(ROOT)
gc.freeze()
gc.enable()
