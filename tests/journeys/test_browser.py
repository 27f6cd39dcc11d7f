"""The pages in a real Chromium, as people use them: no JavaScript, small screens, in a hurry."""

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from cli.install import run_install
from cli.parts import open_desk
from dispatch.members import NewMember, add_member
from intake.web.doors import Place
from records.tables import Role
from runtime.i18n import languages
from runtime.settings import load_settings
from tests.builders import NORD, PASSWORD, QUICK
from tests.processes import serving

EMAIL, ADMINISTRATOR = "ecoute@equipe.invalid", "admin@equipe.invalid"
SECRET = "le mot que personne ne doit revoir"  # noqa: S105
PUBLIC_PAGES = (
    Place.WELCOME,
    Place.MYSELF,
    Place.SOMEONE,
    Place.PROFESSIONAL,
    Place.COME_BACK,
    Place.DISCRETION,
    Place.PRIVACY,
    Place.ACCESSIBILITY,
)
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AWAY = "https://meteofrance.com"

Visit = Callable[..., Awaitable[Page]]


def find_chromium() -> str:
    """The system's browser; without one these tests are skipped, and in CI they fail."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    hint = "no Chromium found for the browser tests: apt install chromium"
    if os.environ.get("POINT_ECOUTE_NO_SKIPS"):
        pytest.fail(hint)
    pytest.skip(hint)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=BROWSER_OPTIONS,
        )
        yield browser
        await browser.close()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[str]:
    """A real process with a member of the Douaisis and an administrator, on SQLite."""
    settings = load_settings(data=tmp_path)
    recovery = await run_install(settings)
    async with open_desk(settings, password_cost=QUICK) as desk:
        new = NewMember("Camille", EMAIL, Role.DUTY, ("douaisis",), PASSWORD)
        await add_member(new, desk, by=recovery)
        new = NewMember("Administration", ADMINISTRATOR, Role.ADMINISTRATOR, (), PASSWORD)
        await add_member(new, desk, by=recovery)
    async with serving(settings, tmp_path / "server.log") as url:
        yield url


@asynccontextmanager
async def someone(browser: Browser, **options: Any) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A person with a browser of their own; the outer world is a blank page."""
    context = await browser.new_context(**options)

    async def weather(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<title>Météo</title>")

    await context.route(f"{AWAY}/**", weather)
    yield context, await context.new_page()
    await context.close()


async def write(page: Page, site: str, text: str, *, commune: str = "Douai") -> str:
    """Write as a young person; the six words of the receipt."""
    await page.goto(f"{site}{Place.MYSELF}")
    await page.locator("textarea[name=text]").fill(text)
    await page.locator("input[name=commune]").fill(commune)
    await page.locator("main form button[type=submit]").first.click()
    await expect(page.locator("#code-words")).to_be_visible()
    await page.wait_for_load_state("load")
    words = await page.locator("#code-words li").all_inner_texts()
    assert len(words) == 6
    return " ".join(words)


async def come_back(page: Page, site: str, code: str) -> None:
    await page.goto(f"{site}{Place.COME_BACK}")
    await page.locator("#code").fill(code)
    await page.locator("#open").click()
    await page.locator("#show").click()
    await expect(page.locator("#messages")).to_be_visible()


async def let_answers_leave(data: Path) -> None:
    """The ten seconds in which an answer can be taken back have passed."""
    settings = load_settings(data=data)
    async with open_desk(settings) as desk, desk.records.transaction() as tx:
        now = desk.clock()
        for signal in await tx.signals.in_queue(teams=None, quarantined=False, now=now):
            for answer in await tx.signals.replies_not_left(signal.id, now=now):
                answer.leaves_at = now


async def sign_in(page: Page, site: str, email: str = EMAIL) -> None:
    await page.goto(f"{site}/equipe/")
    await page.locator("#email").fill(email)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()
    await page.wait_for_url(f"{site}/equipe/")


async def test_a_young_person_without_javascript_gets_an_answer(
    chromium: Browser, site: str, tmp_path: Path
):
    """Write, get a code, come back in another browser, read the answer, write again, erase."""
    small = {"java_script_enabled": False, "viewport": {"width": 320, "height": 640}}
    async with someone(chromium, **small) as (_, page):
        code = await write(page, site, "jsp a ki parler, g 15 ans")
    async with someone(chromium, java_script_enabled=False) as (_, staff):
        await sign_in(staff, site)
        await staff.locator("form[action$='/prendre'] button").click()
        await expect(staff.locator("main")).to_contain_text("jsp a ki parler")
        await staff.locator("#reply-text").fill("Merci de nous écrire. Tu es où en ce moment ?")
        await staff.locator("button[formaction$='/reponse']").click()
        await expect(staff.locator("main")).to_contain_text("Merci de nous écrire")
        await let_answers_leave(tmp_path)

        async with someone(chromium, **small) as (context, page):
            await come_back(page, site, code.upper())
            await expect(page.locator("#messages")).to_contain_text("Merci de nous écrire")
            await page.locator("textarea[name=text]").fill("chez ma copine")
            await page.locator("#send").click()
            await expect(page.locator("#messages")).to_contain_text("chez ma copine")
            await staff.reload()
            await expect(staff.locator("main")).to_contain_text("chez ma copine")

            await page.locator("#erase").click()
            await page.locator("#erase-yes").click()
            await expect(page.locator("#erased")).to_be_visible()
            assert await context.cookies() == []
            await page.goto(f"{site}{Place.COME_BACK}")
            await page.locator("#code").fill(code)
            await page.locator("#open").click()
            await expect(page.locator("#problems")).to_be_visible()


@pytest.mark.parametrize("key", ["Escape", "Shift"])
async def test_three_presses_leave_and_back_shows_no_word(key: str, chromium: Browser, site: str):
    async with someone(chromium) as (context, page):
        code = await write(page, site, SECRET)
        await come_back(page, site, code)
        await expect(page.locator("#messages")).to_contain_text(SECRET)
        await page.wait_for_load_state("load")  # the keys work once the script is there

        own = {cookie["value"] for cookie in await context.cookies()}
        assert own

        for _ in range(3):
            await page.keyboard.press(key)
        await page.wait_for_url(f"{AWAY}/**")

        await page.go_back()
        assert SECRET not in await page.content()
        # The form that Back may show has a new cookie, which opens nothing.
        assert own.isdisjoint(cookie["value"] for cookie in await context.cookies())
        await page.goto(f"{site}{Place.THREAD}")
        assert SECRET not in await page.content()


async def test_leaving_blanks_the_page_even_when_the_next_site_is_out_of_reach(
    chromium: Browser, site: str
):
    async with someone(chromium) as (context, page):
        await context.unroute_all()
        await context.route(f"{AWAY}/**", lambda route: route.abort())
        await page.goto(f"{site}{Place.MYSELF}", wait_until="load")
        await page.locator("textarea[name=text]").fill(SECRET)

        for _ in range(3):
            await page.keyboard.press("Escape")

        await expect(page.locator("textarea")).to_have_count(0)
        await expect(page.locator("body")).not_to_contain_text(SECRET)


async def test_the_exit_is_first_and_works_without_javascript(chromium: Browser, site: str):
    async with someone(chromium, java_script_enabled=False) as (context, page):
        code = await write(page, site, SECRET)
        await come_back(page, site, code)
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.id") == "leave"
        async with page.expect_request(f"{AWAY}/**"):
            await page.keyboard.press("Enter")

        assert [cookie for cookie in await context.cookies() if cookie["value"]] == []
        after = await context.new_page()
        await after.goto(f"{site}{Place.THREAD}")
        assert SECRET not in await after.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_a_serious_accessibility_fault(scheme: str, chromium: Browser, site: str):
    async with someone(chromium, color_scheme=scheme) as (_, page):
        for path in PUBLIC_PAGES:
            await page.goto(f"{site}{path}")
            await assert_accessible(page)
        code = await write(page, site, "il m'a enfermée, j'ai 12 ans, il revient ce soir")
        await assert_accessible(page)
        await come_back(page, site, code)
        await assert_accessible(page)
        await sign_in(page, site)
        await assert_accessible(page)
        await page.locator("form[action$='/prendre'] button").click()
        await expect(page.locator("#reply-text")).to_be_visible()
        await page.wait_for_load_state("load")  # the style sheet with it
        await assert_accessible(page)


@pytest.mark.parametrize("language", [one for one in languages() if one != "fr"])
async def test_every_language_is_readable_on_a_small_screen(
    language: str, chromium: Browser, site: str
):
    """Arabic from right to left; no line wider than the screen, whatever a word's length."""
    async with someone(chromium, viewport={"width": 320, "height": 640}) as (_, page):
        for path in PUBLIC_PAGES:
            await page.goto(f"{site}{path}?lang={language}")
            assert await page.evaluate("document.documentElement.dir") == (
                "rtl" if language == "ar" else "ltr"
            )
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
        await assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_of_members_is_readable_by_everybody_on_a_small_screen(
    scheme: str, chromium: Browser, site: str
):
    small = {"viewport": {"width": 320, "height": 640}}
    async with someone(chromium, color_scheme=scheme, **small) as (_, page):
        await sign_in(page, site, ADMINISTRATOR)
        await page.goto(f"{site}/equipe/membres", wait_until="load")
        await page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await assert_accessible(page)


async def assert_accessible(page: Page) -> None:
    results = await Axe().run(page)
    faults = [
        f"{fault['id']} on {page.url}: {fault['nodes'][0]['html'][:120]}"
        for fault in results.response["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]
    assert faults == []


async def test_every_page_fits_a_screen_of_320_pixels(chromium: Browser, site: str):
    async with someone(chromium, viewport={"width": 320, "height": 640}) as (_, page):
        for path in PUBLIC_PAGES:
            await page.goto(f"{site}{path}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
        await write(page, site, "mot " * 200 + "unmotsanscoupure" * 20)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await sign_in(page, site)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await page.locator("form[action$='/prendre'] button").click()
        await expect(page.locator("#reply-text")).to_be_visible()
        await page.wait_for_load_state("load")  # the style sheet with it
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_nothing_is_asked_of_another_host_and_nothing_is_stored(chromium: Browser, site: str):
    asked: set[str] = set()
    async with someone(chromium) as (context, page):
        page.on("request", lambda request: asked.add(request.url))
        code = await write(page, site, SECRET)
        await come_back(page, site, code)
        for path in PUBLIC_PAGES:
            await page.goto(f"{site}{path}")
        kept = await page.evaluate("[localStorage.length, sessionStorage.length]")
        cookies = await context.cookies()

    assert {url for url in asked if not url.startswith(site)} == set()
    assert kept == [0, 0]
    assert [(c["httpOnly"], c["sameSite"]) for c in cookies] == [(True, "Strict")]
    words = [*code.split(), *SECRET.split()]
    assert not any(word in url for url in asked for word in words if len(word) > 3)


async def test_many_tabs_of_the_queue_share_one_stream_and_all_follow(chromium: Browser, site: str):
    """A browser has six connections to one server: the eighth page must still come."""
    async with someone(chromium) as (context, first):
        heard: list[str] = []
        context.on(
            "request",
            lambda request: heard.append(request.url) if "evenements" in request.url else None,
        )
        async with context.expect_event("request", lambda asked: "evenements" in asked.url):
            await sign_in(first, site)
        tabs = [first]
        for _ in range(7):
            tabs.append(await context.new_page())
            await tabs[-1].goto(f"{site}/equipe/", wait_until="load")
        assert len(heard) == 1

        async with someone(chromium) as (_, sender):
            await write(sender, site, "jsp a ki parler")
        await expect(tabs[-1].locator("ol.queue li")).to_have_count(1)

        async with context.expect_event("request", lambda asked: "evenements" in asked.url):
            await first.close()
        assert len(heard) == 2


async def test_every_box_says_what_it_takes_and_how_much_is_left(chromium: Browser, site: str):
    """Counted as the server counts; near the end it is said aloud, and the last sign still fits."""
    async with someone(chromium) as (_, page):
        await page.goto(f"{site}{Place.MYSELF}", wait_until="load")
        await page.locator("input[name=commune]").fill("Douai")
        box, left = page.locator("#text"), page.locator("#text-limit [data-counts]")
        await expect(left).to_be_hidden()
        await box.fill("a\nb🔪")
        await expect(left).to_have_text(re.compile(r"Encore 19\s995\."))
        await expect(left).to_have_attribute("aria-live", "off")
        await box.fill("🔪" * 10_001)
        await expect(left).to_have_text("2 de trop.")
        await expect(left).to_have_attribute("aria-live", "polite")
        await page.locator("#send").click()
        await expect(page.locator("#problems")).to_be_visible()
        await page.locator("#text").fill("🔪" * 10_000)
        await expect(page.locator("#text-limit [data-counts]")).to_have_text("Encore 0.")
        await page.locator("#send").click()
        await expect(page.locator("#code-words")).to_be_visible()

        await sign_in(page, site)
        await page.locator("form[action$='/prendre'] button").click()
        for number in range(await page.locator("textarea").count()):
            box = page.locator("textarea").nth(number)
            assert await page.locator(f"#{await box.get_attribute('id')}-limit").count() == 1
        await page.locator("#note-text").fill("a" * 19_999)
        await expect(page.locator("#note-text-limit [data-counts]")).to_have_text("Encore 1.")


async def test_the_exit_leads_where_the_listening_point_says(chromium: Browser, site: str):
    assert AWAY in (NORD / "point.toml").read_text("utf-8")
    async with someone(chromium) as (_, page):
        await page.goto(site)
        await page.locator("#leave").click()
        await page.wait_for_url(f"{AWAY}/**")
