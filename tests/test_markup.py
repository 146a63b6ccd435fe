"""Markdown to safe HTML: what is allowed comes through, what is hostile does not, and nothing takes for ever."""

from __future__ import annotations

import json
import random
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workspace import markup, rendering
from workspace.errors import Invalid
from workspace.markup import Block, Span, marked, render, render_short

HOSTILE = [one["payload"] for one in json.loads((Path(__file__).parent / "fixtures" / "hostile-text.json").read_text())]


class Judge(HTMLParser):
    """Says what stands in a piece of HTML that may not."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        if tag not in rendering.TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if (tag, name) not in {("a", "href"), ("a", "rel"), ("ol", "start")}:
                self.faults.append(f"{tag} {name}")
            if name == "href":
                cleaned = "".join(c for c in (value or "") if c not in "\t\r\n").lstrip("".join(map(chr, range(33))))
                if urlsplit(cleaned).scheme not in {"", "http", "https", "mailto"}:
                    self.faults.append(f"href {value}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def judged(html: str) -> Judge:
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge


@pytest.mark.parametrize("short", [False, True])
def test_hostile_texts_come_out_clean(short: bool) -> None:
    for text in HOSTILE:
        rendered = (render_short if short else render)(text.replace("\x00", ""))
        assert judged(rendered.html).faults == [], text


@pytest.mark.parametrize(
    "text",
    [
        '<div hx-get="/x" data-hx-get="/x" hx-on:click="x()">a</div>',
        '<form><input name="csrf_token"></form>',
        '<p id="htmx-config" name="x">a</p>',
        "![bilde](http://evil.example/x.png)",
        "[a](javascript:alert(1)) [b](jav&#9;ascript:alert(1)) [c](data:text/html,x) [d](vbscript:x)",
        "<http://ok.example> <javascript:alert(1)>",
        '[a](http://x" onclick="alert(1))',
    ],
)
def test_nothing_that_acts_comes_through(text: str) -> None:
    rendered = render(text)
    assert judged(rendered.html).faults == []
    assert "<img" not in rendered.html and "<form" not in rendered.html


def test_raw_html_and_template_words_are_text() -> None:
    assert "&lt;b&gt;fet&lt;/b&gt;" in render("<b>fet</b>").html
    assert "{{7*7}} {% x %}" in render("{{7*7}} {% x %}").html


def test_what_people_write_is_rendered() -> None:
    text = "# Tittel\n\nHei **du** og *du* & «alle», [lenke](https://x.no).\n\n- en\n- to\n\n"
    text += "| a | b |\n|---|---|\n| 1 | 2 |\n\n> sitat"
    blocks = render(text).blocks
    assert [block.kind for block in blocks] == ["heading", "paragraph", "list", "table", "quote"]
    assert [block.number for block in blocks] == [1, 2, 3, 4, 5]
    assert blocks[0].level == 2 and blocks[0].anchor == "h-tittel"
    assert blocks[1].text == "Hei du og du & «alle», lenke."


def test_an_empty_corner_of_a_table_heads_nothing() -> None:
    [table] = render("|  | 2026 |\n|---|---:|\n| Kai | 12 |\n").blocks
    assert table.html.count("<th") - table.html.count("<thead") == 1
    assert "<td></td>" in table.html and ">2026</th>" in table.html


def test_headings_with_the_same_words_have_anchors_of_their_own() -> None:
    blocks = render("## Å løse\n\na\n\n## Å løse\n\nb").blocks
    assert [block.anchor for block in blocks if block.level] == ["h-a-lose", "h-a-lose-2"]


COSTLY = {
    "brackets": "[" * 10_000, "links": "[a](" * 10_000, "images": "![" * 10_000, "tags": "<a " * 10_000,
    "nested list": "".join(" " * n + "- a\n" for n in range(10_000))[:900_000], "quotes": ">" * 10_000,
    "stars": "*" * 10_000, "bold": "**x*" * 10_000,
    "wide table": "|a" * 10_000 + "\n" + "|-" * 10_000 + "\n" + "|b" * 10_000,
    "headings": "# a\n" * 10_000, "underlines": "a\n---\n" * 10_000, "backticks": "`" * 10_000,
}  # fmt: skip


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_what_is_made_to_burn_time_becomes_text(text: str) -> None:
    rendered = render(text)
    assert rendered.blocks
    assert judged(rendered.html).faults == []


def test_a_costly_block_leaves_the_others_as_they_are() -> None:
    blocks = render("Før **alt**.\n\n" + "[" * 1_000 + "\n\nEtter.").blocks
    assert blocks[0].html == "<p>Før <strong>alt</strong>.</p>"
    assert blocks[1].kind == "code" and blocks[1].text == "[" * 1_000
    assert blocks[2].text == "Etter."


def test_a_worker_that_dies_is_told_of_and_replaced() -> None:
    render("før")
    markup._worker._process.kill()  # type: ignore[union-attr]
    assert render("midt i").plain in {True, False}
    assert render("etterpå **fet**").html == "<p>etterpå <strong>fet</strong></p>"


def test_texts_have_limits() -> None:
    with pytest.raises(Invalid):
        render("x" * (markup.LONGEST_DOCUMENT + 1))
    with pytest.raises(Invalid):
        render_short("x" * (markup.LONGEST_SHORT + 1))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab*_[]()<>&#|-`! \n1.æ"), max_size=60))
def test_the_text_of_a_block_is_what_a_browser_shows(source: str) -> None:
    for block in render(source).blocks:
        assert "".join(judged(block.html).text) == block.text
        assert judged(block.html).faults == []


PARAGRAPH = "Vi *vil* bygge & drive **et felles** anlegg."


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=3))
def test_marks_never_change_the_text(places: list[tuple[int, int]]) -> None:
    [block] = render(PARAGRAPH).blocks
    ends = [(min(pair), min(max(pair), len(block.text))) for pair in places]
    spans = [Span(start, end, n, "p", f"thread-{n}", "Gå") for n, (start, end) in enumerate(ends, 1)]
    html = marked(block, spans)
    without_numbers = judged(__import__("re").sub(r"<sup>.*?</sup>", "", html))
    assert "".join(without_numbers.text) == block.text
    assert html.count("<mark") == html.count("</mark>")


def test_a_mark_across_elements_is_split() -> None:
    [block] = render(PARAGRAPH).blocks
    start = block.text.index("drive")
    html = marked(block, [Span(start, start + len("drive et felles anlegg"), 1, "p", "thread-x", "Gå til tråd 1")])
    assert '<mark class="p" id="p-1">drive </mark><strong><mark class="p">et felles</mark></strong>' in html
    assert html.count("<sup>") == 1


def test_plain_words_are_made_as_the_worker_makes_them() -> None:
    """What is not sent to the worker is the very same, whatever words and marks are put together."""
    choice = random.Random(7)
    marks = [" ", "  ", ".", ", ", "1.", " 2) ", "-", " - ", "?", "!", ":", "; ", " – ", "%", "1", "/", "\n\n", "\n"]
    words = ["Kai", "og", "(c)", "«ja»", "Å", "é", "straße", "漢字", "http://x.no", " a", "=", "*", "#", "_", "'", "&"]
    pieces = marks + words
    plain = 0
    for _time in range(3_000):
        source = "".join(choice.choices(pieces, k=choice.randint(1, 9)))
        made = markup._plain_words(source)
        if made is not None:
            plain += 1
            made_by_worker = [msgspec.convert(block, Block) for block in rendering.render(source, short=True)]
            assert list(made) == made_by_worker, source
    assert plain > 100
    assert markup._plain_words("Ja.\n\nVi er enige.") is not None
    assert all(
        markup._plain_words(text) is None for text in ("", " a", "a ", "1. a", "a\nb", "*a*", "a_b_", "<b>", "a&b")
    )
