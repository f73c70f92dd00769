"""Looks at a served site in Chromium: python console.py ADDRESS TOKEN PICTURES

Prints one line of JSON for each thing looked at: {"check": …, "found": …}; found is null when all is well.
"""
import json
import sys
import traceback

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ADDRESS, TOKEN, PICTURES = sys.argv[1:4]


def tell(check, found):
    print(json.dumps({"check": check, "found": found or None}), flush=True)


def sign_in(page):
    page.goto(ADDRESS + "/backups")
    page.fill("#token", TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/backups")


def paths(page):
    """The pages that there are, by their names."""
    found = {"now": "/", "runs": "/runs", "backups": "/backups", "workflows": "/workflows"}
    page.goto(ADDRESS + "/runs")
    for link in page.locator("tbody a").all():
        name = "asking run" if "asks" in link.inner_text() else "run"
        found[name] = link.get_attribute("href")
    page.goto(ADDRESS + "/backups")
    page.locator("tbody a").first.click()
    found["configuration"] = page.url.removeprefix(ADDRESS)
    page.locator("tbody a").first.click()
    found["backup"] = page.url.removeprefix(ADDRESS)
    return found


def looks(browser, scheme, width):
    """Every page: what axe finds, a sideways scroll, a message of the browser; and a picture."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    sign_in(page)
    for name, path in paths(page).items():
        page.goto(ADDRESS + path)
        page.screenshot(path=f"{PICTURES}/{name.replace(' ', '-')}-{width}-{scheme}.png", full_page=True)
        found = [violation["id"] for violation in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("sideways scroll")
        tell(f"the look of {name}, {scheme}, {width} px", found)
    tell(f"messages of the browser, {scheme}, {width} px", messages)
    context.close()


def reading_without_scripts(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto(ADDRESS + "/")
    tell("reading without JavaScript", None if page.locator("h1").inner_text() else "no headline")
    names = page.locator("#needs h3").all_inner_texts()
    tell("a question's text is text", None if "Was the <b>old mail</b> moved?" in names else names)
    context.close()


def walking_by_keyboard(browser):
    context = browser.new_context()
    page = context.new_page()
    sign_in(page)
    page.goto(ADDRESS + "/")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    tell("the first stop of the keyboard skips to the page", None if first == "Skip to the page" else first)
    context.close()


def answering(browser):
    """A person answers on one page, and another page that is open shows it by itself."""
    context = browser.new_context()
    watching, acting = context.new_page(), context.new_page()
    sign_in(watching)
    # The stream has begun when its first byte has come.
    with watching.expect_response("**/events"):
        watching.goto(ADDRESS + "/")
    acting.goto(ADDRESS + "/")
    acting.get_by_role("button", name="moved", exact=True).click()
    acting.wait_for_url("**/runs/*")
    watching.locator("#needs h3", has_text="old mail").wait_for(state="detached", timeout=60_000)
    acting.goto(ADDRESS + "/runs?script=asks.lua")
    acting.locator("tbody .outcome.ok").wait_for(timeout=60_000)
    tell("an answered run goes on and is good", None)
    context.close()


def backing_up(browser):
    context = browser.new_context()
    page = context.new_page()
    sign_in(page)
    page.locator("tbody a").first.click()
    before = page.locator("#list tbody [role=row]").count()
    page.get_by_role("button", name="Back up now").click()
    page.wait_for_url(lambda url: "/backups/" in url and "/of/" not in url)
    address = page.url
    for _ in range(600):
        page.goto(address)
        if page.locator(".chip.ok").count():
            break
        page.wait_for_timeout(100)
    page.locator("#h-files").wait_for()
    page.locator("h1 ~ *, .trail a").last.wait_for()
    page.go_back()
    page.reload()
    after = page.locator("#list tbody [role=row]").count()
    tell("a backup is made by a button", None if after == before + 1 else f"{before} before, {after} after")
    context.close()


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
    checks = [lambda s=s, w=w: looks(browser, s, w) for s in ("light", "dark") for w in (1280, 380)]
    checks += [lambda f=f: f(browser) for f in (reading_without_scripts, walking_by_keyboard, answering, backing_up)]
    for check in checks:
        try:
            check()
        except Exception:
            tell("a check itself", traceback.format_exc())
    browser.close()
print(json.dumps({"check": "end", "found": None}), flush=True)
