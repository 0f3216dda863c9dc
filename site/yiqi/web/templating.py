"""The environment of the templates, and what Jinja made of them, kept from one process to the next."""

import hashlib
import hmac
import os
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask
from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache

DIGEST = hashlib.sha256().digest_size


class Templates(Environment):
    """Flask's, but its templates look names up in the environment's globals themselves. Jinja gives each a `ChainMap` with
    nothing of its own in front, which every page, import and include then copies name by name."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template: the environment's, below the template's own where it was given some."""
        return super().make_globals(d) if d else self.globals


class Compiled(BytecodeCache):
    """Templates as code, a file each in a folder. Compiling them in several threads at once, in each process and after each
    start, made the first pages slow and left megabytes behind. A file counts if this site signed it, as its code is run, and
    if it is of the present source, compiled by the same Jinja and by the same code of ours; where nothing can be written,
    all is as without it."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder, self._key = folder, f"templates {key}".encode()
        ours = Path(__file__).with_name("..").resolve()
        made_by = (ours / "app.py", ours / "i18n" / "__init__.py", *sorted(ours.glob("web/*.py")))
        digest = hashlib.sha256(jinja2.__version__.encode())
        for part in made_by:
            digest.update(part.read_bytes())
        self._made_by = digest.hexdigest()

    def get_source_checksum(self, source: str) -> str:
        """What a template's code was made of, and by what."""
        return super().get_source_checksum(self._made_by + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template's code from its file, unless that is not there, half written, of another time or not ours."""
        try:
            kept = (self._folder / bucket.key).read_bytes()
        except OSError:
            return
        if hmac.compare_digest(self._signed(kept[DIGEST:]), kept[:DIGEST]):
            bucket.bytecode_from_string(kept[DIGEST:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code, all at once: other processes look for it."""
        code = bucket.bytecode_to_string()
        new = self._folder / f"{bucket.key}.{os.getpid()}-{threading.get_ident()}"
        try:
            self._folder.mkdir(exist_ok=True)
            new.write_bytes(self._signed(code) + code)
            new.replace(self._folder / bucket.key)
        except OSError:
            with suppress(OSError):
                new.unlink()

    def _signed(self, code: bytes) -> bytes:
        return hmac.digest(self._key, code, "sha256")


def init(app: Flask, key: str) -> None:
    """Keep compiled templates beside the data."""
    app.jinja_env.bytecode_cache = Compiled(Path(app.instance_path) / "compiled", key)
