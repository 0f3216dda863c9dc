"""Templates are compiled once for all processes; what is kept of them is never what it was of before."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import DictLoader, nodes
from jinja2.bccache import Bucket, bc_magic
from jinja2.filters import FILTERS
from jinja2.tests import TESTS

from tests.browsing import Client
from yiqi.web.templating import Compiled, Templates

PAGE = "亦起，{{ name }}"


class Process:
    """The templates of a process of its own, which tells what it compiled."""

    def __init__(self, app: Flask, folder: Path, key: str = "a secret", **sources: str) -> None:
        self.compiled: list[str | None] = []
        said = self.compiled

        class Counting(Templates):
            def _generate(self, source: nodes.Template, name: str | None, *rest: Any, **more: Any) -> Any:
                said.append(name)
                return super()._generate(source, name, *rest, **more)

        self.templates = Counting(app, loader=DictLoader(sources), bytecode_cache=Compiled(folder, key))

    def page(self, name: str = "page") -> str:
        return self.templates.get_template(name).render(name="小王")


def test_the_pages_somebody_was_shown_are_compiled_for_the_next_process(site: Flask, client: Client) -> None:
    kept = Path(site.instance_path) / "compiled"
    site.jinja_env.cache.clear()  # type: ignore[union-attr]

    assert client.get("/").status_code == 200
    assert isinstance(site.jinja_env.bytecode_cache, Compiled)
    assert len([file for file in kept.iterdir() if "." not in file.name]) >= 3, "its layouts too"


def test_a_template_is_compiled_once_for_all_processes_and_again_when_it_changed(
    site: Flask, tmp_path: Path
) -> None:
    first, second = (Process(site, tmp_path / "compiled", page=PAGE) for _ in range(2))
    assert (first.page(), first.compiled) == ("亦起，小王", ["page"])
    assert (second.page(), second.compiled) == ("亦起，小王", [])

    changed = Process(site, tmp_path / "compiled", page=f"{PAGE}！")
    assert (changed.page(), changed.compiled) == ("亦起，小王！", ["page"])
    assert [file.name for file in (tmp_path / "compiled").iterdir() if "." in file.name] == []


def test_what_another_release_compiled_is_compiled_anew(site: Flask, tmp_path: Path) -> None:
    Process(site, tmp_path, page=PAGE).page()
    newer = Process(site, tmp_path, page=PAGE)
    cache = newer.templates.bytecode_cache
    assert isinstance(cache, Compiled)
    cache._made_by = "a later release"

    assert (newer.page(), newer.compiled) == ("亦起，小王", ["page"])


@pytest.mark.parametrize(
    ("key", "shown", "compiled"), [("another secret", "亦起，小王", ["page"]), ("a secret", "不是我们的", [])]
)
def test_code_that_somebody_else_put_there_is_not_run(
    site: Flask, tmp_path: Path, key: str, shown: str, compiled: list[str]
) -> None:
    """Who can write a file beside the data, and knows no secret, cannot have the site run it. The second is the control: nothing
    but the signature holds it off."""
    other = Process(site, tmp_path, key, page=PAGE)
    cache = other.templates.bytecode_cache
    assert isinstance(cache, Compiled)
    bucket = cache.get_bucket(other.templates, "page", None, PAGE)
    bucket.code = other.templates.compile("不是我们的", "page")
    cache.set_bucket(bucket)

    after = Process(site, tmp_path, page=PAGE)
    assert (after.page(), after.compiled) == (shown, compiled)


@pytest.mark.parametrize("left", [0.0, 0.2, 0.9])
def test_a_file_of_which_a_power_cut_left_a_part_is_compiled_anew(
    site: Flask, tmp_path: Path, left: float
) -> None:
    Process(site, tmp_path, page=PAGE).page()
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * left)])

    after = Process(site, tmp_path, page=PAGE)
    assert (after.page(), after.compiled) == ("亦起，小王", ["page"])
    assert file.read_bytes() == whole, "and is whole again"


def test_without_looking_whether_a_file_is_whole_a_page_would_fail(site: Flask, tmp_path: Path) -> None:
    """The control of the test above."""
    process = Process(site, tmp_path, page=PAGE)
    process.page()
    cache = process.templates.bytecode_cache
    assert isinstance(cache, Compiled)
    bucket: Bucket = cache.get_bucket(process.templates, "page", None, PAGE)
    code = bucket.bytecode_to_string()

    with pytest.raises(Exception):  # noqa: B017, PT011  pickle says it in many ways
        bucket.bytecode_from_string(code[: len(bc_magic) + 10])


def test_where_nothing_can_be_written_pages_are_as_ever(site: Flask, tmp_path: Path) -> None:
    (tmp_path / "compiled").write_text("a file where the folder should be")

    process = Process(site, tmp_path / "compiled", page=PAGE)
    assert (process.page(), process.compiled) == ("亦起，小王", ["page"])


def worked_out(app: Flask, source: str) -> list[str]:
    """Filters and tests of the site itself that a template's code has the results of, instead of calling them."""
    found = []
    of_ours = {*app.jinja_env.filters} - {*FILTERS} | {*app.jinja_env.tests} - {*TESTS}
    for kind in (nodes.Filter, nodes.Test):
        for node in app.jinja_env.parse(source).find_all(kind):
            try:
                node.as_const(nodes.EvalContext(app.jinja_env))
            except nodes.Impossible:
                continue
            if node.name in of_ours:
                found.append(node.name)
    return found


def test_no_result_of_our_own_code_is_kept_with_a_template(site: Flask) -> None:
    """Jinja works out what is constant when it compiles; a filter that was changed since would go on saying the old."""
    loader = site.jinja_env.loader
    assert loader is not None
    kept = {
        name: found
        for name in loader.list_templates()
        if (found := worked_out(site, loader.get_source(site.jinja_env, name)[0]))
    }
    assert kept == {}
    assert worked_out(site, "{{ '13712345678'|masked }}") == ["masked"], "it would be found"
