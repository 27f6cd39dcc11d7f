"""`make screenshots`: pictures of the pages, as people see them, in artefacts/screenshots."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from cli.demo import DOMAIN, PASSWORD
from intake.web.doors import Place
from runtime.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "artefacts" / "screenshots"
_PHONE = {"width": 390, "height": 780}
_SMALL = {"width": 320, "height": 640}
_DESK = {"width": 1280, "height": 860}
_CALM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    asyncio.run(take_all())


async def take_all() -> None:
    """Start a demonstration of its own, walk through it, and stop it again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise SystemExit("no Chromium found: apt install chromium")
    with tempfile.TemporaryDirectory() as folder:
        port = 8765
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-u", "-m", "cli", "demo", "--port", str(port),
            "--data", str(Path(folder) / "demo"), stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert demo.stdout is not None  # noqa: S101  asked for above
        async for line in demo.stdout:
            if b"Ctrl-C stops" in line:
                break
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=browser_path, args=_CALM)
                await public_site(browser, f"http://127.0.0.1:{port}")
                await duty_console(browser, f"http://127.0.0.1:{port}")
        finally:
            demo.terminate()
            await demo.wait()
    print(f"pictures in {FOLDER.relative_to(PROJECT_ROOT)}")


async def public_site(browser: Browser, site: str) -> None:
    for name, size, scheme in (
        ("phone", _PHONE, "light"),
        ("small", _SMALL, "light"),
        ("night", _PHONE, "dark"),
        ("desk", _DESK, "light"),
    ):
        context = await browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        page = await context.new_page()
        for place in (Place.WELCOME, Place.MYSELF, Place.SOMEONE, Place.COME_BACK):
            await page.goto(f"{site}{place}")
            await take(page, f"public-{name}-{place.name.lower()}")
        await page.goto(f"{site}{Place.MYSELF}")
        await page.locator("textarea[name=text]").fill(
            "il m'a pris mon tel, ils reviennent ce soir"
        )
        await page.locator("#send").click()
        await page.locator("#code-words").wait_for()
        await take(page, f"public-{name}-receipt", whole=True)
        await context.close()


async def duty_console(browser: Browser, site: str) -> None:
    for name, size, scheme in (
        ("desk", _DESK, "light"),
        ("night", _DESK, "dark"),
        ("phone", _PHONE, "light"),
    ):
        context = await browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(f"{site}/equipe/connexion")
        await take(page, f"console-{name}-sign-in")
        await page.locator("#email").fill(f"flandres@{DOMAIN}")
        await page.locator("#password").fill(PASSWORD)
        await page.locator("main button[type=submit]").click()
        await page.wait_for_url(f"{site}/equipe/")
        await take(page, f"console-{name}-queue")
        await page.locator(".row a.ref").first.click()
        await page.locator("#note-text").wait_for()
        await take(page, f"console-{name}-signal", whole=True)
        await context.close()


async def take(page: Page, name: str, *, whole: bool = False) -> None:
    await page.wait_for_load_state("load")
    await page.screenshot(path=FOLDER / f"{name}.png", full_page=whole)


if __name__ == "__main__":
    main()
