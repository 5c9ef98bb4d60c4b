"""A frontend developer tries the API in a browser that can reach nothing but this machine."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Page, Route, WebSocket, expect, sync_playwright

from schema import roots
from schema.http.graphiql import serving
from tests.api import documents
from tests.journey.trial import Trial

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ALONE = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
MEMBER, REVIEWER = "15400000002", "15400001012"
MODEL = """name => __MONACO.editor.getModels().find(model => model.uri.path.endsWith(name)).getValue()"""


@dataclass
class Developer:
    """Somebody at the page, and what the page did that it should not."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    frames: list[str | bytes] = field(default_factory=list)

    def watch(self) -> None:
        """Keep every error, every breach of the page's policy and every request that would leave the machine."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("websocket", self._connected)
        self.page.context.route("**/*", self._route)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _connected(self, socket: WebSocket) -> None:
        self._near(socket.url)
        socket.on("framesent", self._sent)

    def _sent(self, frame: str | bytes) -> None:
        self.frames.append(frame)

    def _route(self, route: Route) -> None:
        if self._near(route.request.url):
            route.continue_()
        else:
            route.abort()

    def _near(self, url: str) -> bool:
        if near := urlsplit(url).hostname in ("127.0.0.1", None):
            return near
        self.complaints.append(url)
        return False

    def example(self, name: str) -> Any:
        """Open an example from the side list; its variables."""
        examples = self.page.get_by_role("region", name="操作示例")
        examples.get_by_role("searchbox").fill(name)
        example = examples.get_by_role("button", name=re.compile(rf"\b{name}$"))
        example.click()
        expect(example).to_have_attribute("aria-current", "true")
        return json.loads(self.page.evaluate(MODEL, "variables.json"))

    def run(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Execute query (Ctrl-Enter)").click()

    def answer(self, *words: str) -> dict[str, Any]:
        """The answer in the page, once it holds all these words."""
        self.page.wait_for_function(
            f"words => words.every(word => ({MODEL})('response.json').includes(word))", arg=list(words)
        )
        found: dict[str, Any] = json.loads(self.page.evaluate(MODEL, "response.json"))
        return found


@pytest.fixture
def developer() -> Iterator[Developer]:
    """A developer with Chromium open; what is missing for that is said, and in CI not forgiven."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    missing = "" if found else "Chromium" if (serving.DIST / "index.html").exists() else "GraphiQL (`make graphiql`)"
    if missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{missing} is not here")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=found, args=ALONE) as browser:
        page = browser.new_page(locale="zh-CN", viewport={"width": 1440, "height": 900})
        yield Developer(page)


def test_a_developer_tries_the_api_without_any_network(developer: Developer, tmp_path: Path) -> None:
    trial = Trial({"DATA_DIR": str(tmp_path), "ACCESS_LOG": "0"}, tmp_path)
    page = developer.page
    developer.watch()
    with trial.serving() as service:
        page.goto(service.url)
        page.get_by_role("link", name="/graphql").click()
        home_is_read_as_a_member(developer)
        page.screenshot(path=tmp_path / "home.png")
        the_documentation_is_read(developer)
        a_change_of_a_case_arrives(developer, trial, service.url)
        page.screenshot(path=tmp_path / "case-changed.png")
        examples_come_filled_in(developer)
        english_is_spoken_too(developer)
    assert developer.complaints == []


def home_is_read_as_a_member(developer: Developer) -> None:
    """The page opens with Home; run by nobody it shows nobody, as a demo account it shows a member."""
    page = developer.page
    expect(page.get_by_role("heading", name="工会会员自助服务")).to_be_visible()
    expect(page.locator(".monaco-editor .view-line").first).to_be_visible()
    developer.run()
    assert developer.answer("viewer")["data"] == {"viewer": None}
    page.get_by_label("身份").select_option(MEMBER)
    developer.run()
    assert developer.answer("member")["data"]["viewer"]["member"]["name"] == "林国强"


def the_documentation_is_read(developer: Developer) -> None:
    """What a field is for stands in the side bar."""
    schema = roots.build()._schema
    assert schema.query_type
    page = developer.page
    page.get_by_role("button", name="Show Documentation Explorer").click()
    page.get_by_role("link", name="Query", exact=True).click()
    page.get_by_role("link", name="viewer", exact=True).click()
    expect(page.get_by_text(str(schema.query_type.fields["viewer"].description))).to_be_visible()
    page.get_by_role("button", name="Show 操作示例 Examples").click()


def a_change_of_a_case_arrives(developer: Developer, trial: Trial, url: str) -> None:
    """The page listens to an open case of the member, which is then changed by somebody with another client."""
    case_id = developer.example("CaseChanged")["id"]
    developer.run()
    while not any('"subscribe"' in str(frame) for frame in developer.frames):
        developer.page.wait_for_timeout(50)
    headers = {"authorization": f"Bearer {trial.command('token', '--phone', MEMBER).strip()}"}
    with httpx.Client(base_url=url, headers=headers) as http:

        def send(name: str, **variables: Any) -> Any:
            request = {"query": documents()[name], "variables": variables}
            return http.post("/graphql", json=request).json()["data"]

        case = send("MyCase", id=case_id)["node"]
        assert send("WithdrawCase", id=case_id, version=case["version"])["withdrawCase"]["userErrors"] == []
    changed = developer.answer("WITHDRAWN")["data"]["caseChanged"]
    assert (changed["id"], changed["version"]) == (case_id, case["version"] + 1)
    expect(developer.page.get_by_role("button", name="Stop query (Ctrl-Enter)")).to_be_visible()


def examples_come_filled_in(developer: Developer) -> None:
    """An example brings the ids of what the account may really see, so that it is answered at once."""
    for name, field_ in (("MyCase", "timeline"), ("EventPage", "venue")):
        answered(developer, name, field_)
    developer.page.get_by_label("身份").select_option(REVIEWER)
    for name, field_ in (("StaffQueue", "edges"), ("CaseForStaff", "signatures"), ("AssignableHandlers", "openCases")):
        answered(developer, name, field_)


def answered(developer: Developer, name: str, word: str) -> None:
    """Open an example and run it as it is."""
    assert "" not in developer.example(name).values()
    developer.run()
    assert "errors" not in developer.answer(word)


def english_is_spoken_too(developer: Developer) -> None:
    """The page and the answers change their language."""
    page = developer.page
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Union self-service")).to_be_visible()
    expect(page.get_by_label("Acting as")).to_have_value(REVIEWER)
    assert page.evaluate("document.documentElement.lang") == "en"
