"""Two who do something at the same moment, and taking a lock away to show that it was needed."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from yiqi.db import db


def at_once(site: Flask, *deeds: Callable[[], Any]) -> list[str]:
    """Run each in a thread of its own at once; answers `done`, what it answered, or the name of what it raised."""
    together = threading.Barrier(len(deeds))
    outcomes: list[str] = []
    db.session.rollback()

    def run(deed: Callable[[], Any]) -> None:
        with site.app_context():
            db.session.execute(
                text("SELECT 1")
            )  # to connect may take longer than the moment in which they race
            together.wait()
            db.session.rollback()
            try:
                answered = deed()
                outcomes.append("done" if answered is None else str(answered))
            except Exception as error:
                outcomes.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def races_into(patch: pytest.MonkeyPatch, module: Any, lock: str, look: str) -> None:
    """A module without its lock, in which everybody takes their time after they have looked."""
    looks = getattr(module, look)

    def slowly(*args: Any, **kwargs: Any) -> Any:
        found = looks(*args, **kwargs)
        time.sleep(0.3)
        return found

    patch.setattr(module, lock, lambda *_args, **_kwargs: None)
    patch.setattr(module, look, slowly)
