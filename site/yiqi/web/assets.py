"""Static files: hashed, compressed and served before the application once built; by their plain names until then."""

import json
from pathlib import Path

from flask import Flask, url_for
from servestatic import ServeStatic

from yiqi.web.headers import for_static

BUILT = Path("instance") / "static"


def init(app: Flask, root: Path) -> None:
    """Give templates `asset('css/yiqi.css')`: the hashed address when `make assets` has run, else the plain one."""
    manifest = root / BUILT / "staticfiles.json"
    hashed: dict[str, str] = {}
    if manifest.exists():
        kept = json.loads(manifest.read_text())
        hashed = kept.get("paths", kept)
        app.wsgi_app = ServeStatic(  # type: ignore[method-assign]
            app.wsgi_app,
            root=root / BUILT,
            prefix="static/",
            add_headers_function=for_static,
        )

    def asset(name: str) -> str:
        return url_for("static", filename=hashed.get(name, name))

    app.jinja_env.globals["asset"] = asset
