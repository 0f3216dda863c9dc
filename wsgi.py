"""The one entry point: `gunicorn wsgi:app`, `flask …`. Puts the source root on the path and builds the application."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "site"))

from yiqi.app import create_app

app = create_app(ROOT)
