"""Two people at once, in a real Chromium: she writes while somebody answers."""

import asyncio

from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.journeys.test_browser import (
    chromium,
    come_back,
    sign_in,
    site,
    someone,
    write,
)

__all__ = ["chromium", "site"]

TYPED = "On se voit demain au local."
NOTE = "elle dort chez une amie"
NEW_WORDS = "il est là il regarde mon tel, écris pas stp"


async def answering(staff: Page, site: str) -> Locator:
    """Staff take the signal and type; then they look at the queue, and come back by Back."""
    await sign_in(staff, site)
    await staff.locator("form[action$='/prendre'] button").click()
    reply, note = staff.locator("#reply-text"), staff.locator("#note-text")
    async with staff.expect_response("**/brouillon") as kept:
        await reply.fill(TYPED)
    assert (await kept.value).status == 204
    await leave_while_it_is_saved(staff, note, site)
    await staff.go_back()
    await expect(reply).to_have_value(TYPED)
    await expect(note).to_have_value(NOTE)
    return reply


async def leave_while_it_is_saved(staff: Page, note: Locator, site: str) -> None:
    """The link waits until what was just typed is kept: Back may be faster than a save."""
    may_go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_go_on.wait()
        await route.continue_()

    await staff.route("**/brouillon", hold)
    await note.fill(NOTE)
    async with staff.expect_request("**/brouillon"):
        await staff.locator("nav a").first.click(no_wait_after=True)
    assert "/signaux/" in staff.url
    may_go_on.set()
    await staff.wait_for_url(f"{site}/equipe/")
    await staff.unroute("**/brouillon")


async def write_more(young: Page, site: str, code: str) -> None:
    await come_back(young, site, code)
    await young.locator("textarea[name=text]").fill(NEW_WORDS)
    await young.locator("#send").click()
    await expect(young.locator("#messages")).to_contain_text(NEW_WORDS)


async def test_she_writes_while_the_answer_is_typed_and_nothing_is_lost_or_sent(
    chromium: Browser, site: str
):
    async with someone(chromium) as (_, young), someone(chromium) as (_, staff):
        code = await write(young, site, "jsp a ki parler, g 15 ans")
        reply = await answering(staff, site)
        await write_more(young, site, code)
        await expect(staff.locator("#arrived")).to_be_visible()

        await staff.locator("button[formaction$='/reponse']").click()
        await expect(staff.locator(".new-words blockquote")).to_have_text(NEW_WORDS)
        await expect(reply).to_have_value(TYPED)

        await staff.locator("button[formaction$='/reponse']").click()
        await expect(staff.locator(".staying")).to_be_visible()
        await staff.locator("button[formaction$='/rappel']").click()
        await expect(reply).to_have_value(TYPED)
        await expect(staff.locator(".staying")).to_have_count(0)
        await expect(staff.locator("#note-text")).to_have_value(NOTE)

        await staff.locator(".limits-form summary").click()
        await staff.locator("#contact").select_option("never")
        await staff.locator("#words").fill("local\nfoyer")
        await staff.locator("button[formaction$='/contact']").click()
        await staff.locator("button[formaction$='/reponse']").click()
        await expect(staff.locator(".problem")).to_contain_text("« local »")
        await expect(reply).to_have_value(TYPED)
        await young.reload()
        assert TYPED not in await young.content()
