"""Pages in a real browser, looked over: accessible in both colour schemes, silent, and no wider than the window."""

import json
from collections.abc import Mapping
from typing import Any, Final

from axe_core_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page, Request

_SCHEMES: Final[dict[str, dict[str, Any]]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""Colour schemes and what axe looks at in them: only colours differ in the second."""
_WIDTHS: Final = (1440, 768, 360)


class Watched:
    """A browser's page with what went wrong on it: messages of the console, errors, requests that left the catalogue."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(message.text) if message.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.wrong.append(f"asked elsewhere: {request.url}")

    def open(self, path: str) -> Page:
        """Open a page of the catalogue; a status that says no is no fault of the page."""
        self.page.goto(self.address + path)
        self.wrong = [each for each in self.wrong if "responded with a status of 40" not in each]
        return self.page

    def look_over(self, path: str) -> list[str]:
        """Open a page and what is folded on it; return what axe, the console and a ruler find there."""
        page = self.open(path)
        wrong = [] if page.locator("h1").count() == 1 else [f"{path}: not one heading"]
        page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
        for scheme, options in _SCHEMES.items():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the literals
            wrong += [f"{path}, {scheme}: {each}" for each in violations(page, options)]
        for width in _WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            actual = page.evaluate("document.documentElement.scrollWidth")
            if actual > width:
                wrong.append(f"{path}: {actual} wide at {width}")
        page.set_viewport_size({"width": _WIDTHS[0], "height": 800})
        wrong += [f"{path}: {each}" for each in self.wrong]
        self.wrong.clear()
        return wrong


def violations(page: Page, options: Mapping[str, Any] | None = None) -> list[str]:
    """Return what axe finds on a page as it is now, a line each."""
    if page.evaluate("typeof window.axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    asked = json.dumps({**(options or {}), "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run({asked}).then(results => results.violations)")
    return [f"{fault['id']}: {node['html'][:120]} {node['failureSummary'][:200]}" for fault in found for node in fault["nodes"]]
