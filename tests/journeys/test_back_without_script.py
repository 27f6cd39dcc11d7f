"""Without a script: after « Quitter vite », Back shows no word to whoever holds the telephone."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from intake.web.doors import Place
from tests.journeys.test_browser import AWAY, BROWSER_OPTIONS, find_chromium, site, someone

__all__ = ["site"]

SECRET = "le mot que personne ne doit revoir"  # noqa: S105
TIMES_BACK = 4


@pytest.fixture
async def chromium(request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """With the pages that a browser keeps alive for Back, as people have it, and without."""
    keeps = ["--disable-back-forward-cache"] if request.param else None
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=BROWSER_OPTIONS, ignore_default_args=keeps
        )
        yield browser
        await browser.close()


async def send(page: Page, site: str, text: str) -> None:
    await page.goto(f"{site}{Place.MYSELF}")
    await page.locator("textarea[name=text]").fill(text)
    await page.locator("input[name=commune]").fill("59310")
    await page.locator("#send").click()


async def receipt(page: Page, site: str) -> list[str]:
    await send(page, site, SECRET)
    words = await page.locator("#code-words li").all_inner_texts()
    assert len(words) == 6
    await page.reload()
    assert await page.locator("#code-words li").all_inner_texts() == words
    return [SECRET, "\n".join(words), *(f"<li>{word}</li>" for word in words)]


async def question_of_the_place(page: Page, site: str) -> list[str]:
    shown = await receipt(page, site)
    await page.locator("button[value=skip]").click()
    await expect(page.locator("#code-words li")).to_have_count(6)
    return shown


async def typed_and_not_sent(page: Page, site: str) -> list[str]:
    await page.goto(f"{site}{Place.MYSELF}")
    await page.locator("textarea[name=text]").fill(SECRET)
    return [SECRET]


async def too_long(page: Page, site: str) -> list[str]:
    await send(page, site, f"{SECRET} " * 700)
    await expect(page.locator("#problems")).to_be_visible()
    assert SECRET in await page.locator("textarea[name=text]").input_value()
    return [SECRET]


async def without_text(page: Page, site: str) -> list[str]:
    await page.goto(f"{site}{Place.PROFESSIONAL}")
    await page.locator("input[name=commune]").fill(SECRET)
    await page.locator("#send").click()
    await expect(page.locator("#problems")).to_be_visible()
    return [SECRET]


async def wrong_code(page: Page, site: str) -> list[str]:
    await page.goto(f"{site}{Place.COME_BACK}")
    await page.locator("#code").fill(SECRET)
    await page.locator("#open").click()
    await expect(page.locator("#problems")).to_be_visible()
    return [SECRET]


async def conversation(page: Page, site: str) -> list[str]:
    shown = await receipt(page, site)
    code = await page.locator("#code-words li").all_inner_texts()
    await page.goto(f"{site}{Place.COME_BACK}")
    await page.locator("#code").fill(" ".join(code))
    await page.locator("#open").click()
    await page.locator("#show").click()
    await expect(page.locator("#messages")).to_contain_text(SECRET)
    await page.reload()
    await page.locator("textarea[name=text]").fill("encore un mot")
    await page.locator("#send").click()
    await expect(page.locator("#messages")).to_contain_text("encore un mot")
    return [*shown, "encore un mot"]


async def seen_on(page: Page) -> str:
    fields = await page.locator("input:visible, textarea:visible").all()
    return await page.content() + "\n".join([await one.input_value() for one in fields])


@pytest.mark.parametrize(
    ("chromium", "ways"),
    [
        (True, (receipt, too_long, conversation)),
        (False, (question_of_the_place, typed_and_not_sent, too_long, without_text, wrong_code)),
    ],
    indirect=["chromium"],
)
async def test_back_after_the_exit_shows_no_word(
    ways: Sequence[Callable[[Page, str], Awaitable[list[str]]]], chromium: Browser, site: str
):
    for go in ways:
        async with someone(chromium, java_script_enabled=False) as (context, page):
            words = await go(page, site)
            await page.locator("#leave").click()
            await page.wait_for_url(f"{AWAY}/**")
            assert [cookie for cookie in await context.cookies() if cookie["value"]] == []

            for _ in range(TIMES_BACK):
                await page.go_back()
                seen = await seen_on(page)
                await page.reload()  # a page that had answered a form would be sent again
                seen += await seen_on(page)
                assert not [word for word in words if word in seen], (go.__name__, page.url)
