"""The list of pages that are looked at in a browser is whole."""

from __future__ import annotations

from flask import Flask

from tests.browser.pages import NO_PAGES, PAGES


def test_every_page_is_looked_at(app: Flask) -> None:
    gets = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    listed = {page.endpoint for page in PAGES} - {""}
    excepted = [endpoint for endpoints in NO_PAGES.values() for endpoint in endpoints]
    assert len(excepted) == len(set(excepted)) and not listed & set(excepted)
    assert gets - listed - set(excepted) == set(), "a page that nobody looks at: see tests/browser/pages.py"
    assert (listed | set(excepted)) - gets == set(), "an endpoint that is there no more"


def test_each_address_is_of_its_endpoint(app: Flask) -> None:
    addresses = app.url_map.bind("localhost")
    for page in PAGES:
        if page.endpoint:
            path = page.address.partition("?")[0].replace("{", "").replace("}", "")
            assert addresses.match(path)[0] == page.endpoint, page.address
