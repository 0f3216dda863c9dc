"""Builds the application: the only module that knows every part."""

from pathlib import Path

from flask import Flask
from flask_compress import Compress
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from yiqi import __version__, background
from yiqi.activities import names
from yiqi.booking import programme, showing, watching
from yiqi.booking import views as booking
from yiqi.booking.views import own
from yiqi.calendars import views as calendars
from yiqi.certificates import views as certificates
from yiqi.cli import Commands
from yiqi.config import Settings
from yiqi.connections import engine_options, prepare, watch_slow
from yiqi.db import db, let_go
from yiqi.desk import doors
from yiqi.desk import views as desk
from yiqi.draws import published
from yiqi.draws import views as draws
from yiqi.kiosk import desk as kiosk_desk
from yiqi.kiosk import screen
from yiqi.kiosk import views as kiosk
from yiqi.kiosk import watching as kiosk_watching
from yiqi.notices import post
from yiqi.pages import composing, health, inbox, wechat
from yiqi.pages import views as pages
from yiqi.people import browser
from yiqi.people import views as people
from yiqi.people.rules import masked, starred
from yiqi.privacy import gates
from yiqi.privacy import views as privacy
from yiqi.programmes.every import EVERY
from yiqi.rota import views as rota
from yiqi.schema import Migrations
from yiqi.unions import views as unions
from yiqi.web import (
    addresses,
    assets,
    crowds,
    display,
    errors,
    formats,
    guards,
    headers,
    htmx,
    kept,
    logs,
    templating,
)
from yiqi.years import commending
from yiqi.years import desk as years_desk
from yiqi.years import views as years

MAX_BODY = 256 * 1024


def create_app(root: Path, settings: Settings | None = None) -> Flask:
    """The application under `root` (where templates/, static/ and migrations/ are). Raises `config.Unsafe`."""
    settings = settings or Settings.from_environment(root)
    app = Flask("yiqi", root_path=str(root), instance_path=str(settings.instance))
    app.config.update(
        YIQI=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=200,
        TRUSTED_HOSTS=list(settings.hosts) or None,
        TESTING=settings.env == "test",
        PROPAGATE_EXCEPTIONS=False,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,  # a tenth smaller than 4 for a tenth of a millisecond
        COMPRESS_BR_WINDOW=16,  # holds a page whole: faster than the stock 22, which asks for megabytes at each
        COMPRESS_LEVEL=9,
        COMPRESS_MIN_SIZE=400,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.proxies,
            x_proto=settings.proxies,
            x_host=settings.proxies,
        )
    settings.instance.mkdir(parents=True, exist_ok=True)
    logs.configure(settings.log)
    _database(app, root)
    _web(app, settings)
    _features(app)
    return app


def _database(app: Flask, root: Path) -> None:
    db.init_app(app)
    app.teardown_appcontext(lambda _error: let_go())
    with app.app_context():
        prepare(db.engine)
        watch_slow(db.engine, app.config["YIQI"].slow_ms)
    app.extensions["migrate"] = Migrations(app, root)


def _web(app: Flask, settings: Settings) -> None:
    app.jinja_environment = templating.Templates
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    templating.init(app, settings.secret_key)
    addresses.init(app)
    htmx.init(app)
    logs.init(app)
    crowds.init(app)
    display.init(app, browser.reads)
    formats.init(app)
    kept.init(app)
    assets.init(app, settings.root)
    browser.init(app)
    guards.init(app, screen.csrf_secret, browser.begin_visit)
    errors.init(app, browser.out_meanwhile)
    headers.init(app, secure=settings.secure_cookies)
    Compress(app)
    app.jinja_env.globals.update(csrf_token=guards.csrf_token, version=__version__, kind_names=names.KINDS)


def _features(app: Flask) -> None:
    for blueprint in (
        pages.blueprint,
        health.blueprint,
        inbox.blueprint,
        wechat.blueprint,
        people.blueprint,
        booking.blueprint,
        draws.blueprint,
        calendars.blueprint,
        certificates.blueprint,
        rota.blueprint,
        privacy.blueprint,
        unions.blueprint,
        desk.blueprint,
        kiosk.blueprint,
        kiosk_desk.blueprint,
        years.blueprint,
        years_desk.blueprint,
        *(blueprint for plug in EVERY for blueprint in plug.blueprints),
    ):
        app.register_blueprint(blueprint)
    for plug in EVERY:
        programme.plug_in(plug)
    doors.also(kiosk_desk.doors, kiosk_desk.card)
    doors.also(years_desk.doors.doors, years_desk.doors.cards)
    programme.carry_also(commending.carry)
    app.register_error_handler(401, people.unauthorized)
    watching.init(app)
    showing.init(app)
    kiosk_watching.init(app)
    gates.init(app)
    office = post.opened(app.config["YIQI"])
    app.extensions["yiqi.post"] = office
    app.extensions["yiqi.wechat"] = post.wechat_of(app.config["YIQI"])
    app.extensions["yiqi.background"] = background.Background(app, composing.composers(), office)
    app.cli = Commands("yiqi")

    app.jinja_env.filters.update(masked=masked, starred=starred)
    app.jinja_env.globals.update(
        todo_count=own.todo_count,
        draw_code=published.code_of,
        plug_of=programme.of,
        demo=app.config["YIQI"].is_demo,
    )
    browser.ask_nobodys_to_sign_in(app)
