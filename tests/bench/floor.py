"""What no site of this kind can go below: Flask with a page of as many bytes and no database. Served by the bench."""

from types import SimpleNamespace

from flask import Flask, render_template_string, request
from flask_compress import Compress

ROW = "".join(chr(0x4E00 + number * 37 % 6000) for number in range(20))
PAGE = """<!doctype html><html lang="zh-CN"><head><title>{{ title }}</title></head><body><ul>
{% for row in rows %}<li id="row-{{ loop.index }}"><a href="/rows/{{ loop.index }}">{{ row }}</a> {{ loop.index }}</li>
{% endfor %}</ul></body></html>"""
BYTES_A_ROW = 115

app = Flask(__name__)
app.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=5, COMPRESS_MIN_SIZE=400)
app.config["YIQI"] = SimpleNamespace(streams=0)  # what gunicorn.conf.py asks of an application
Compress(app)


@app.get("/livez")
def livez() -> str:
    return "ok"


@app.get("/page")
def page() -> str:
    """A page of about `?bytes=` bytes, made row by row."""
    rows = [ROW] * (request.args.get("bytes", 12_000, type=int) // BYTES_A_ROW)
    return render_template_string(PAGE, title=ROW, rows=rows)


__all__ = ["app"]
