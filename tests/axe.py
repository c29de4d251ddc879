"""What axe-core, the independent checker of accessibility, finds on a page."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page


async def axe_faults(page: Page) -> list[str]:
    """Rule and first place of each fault that is more than minor."""
    found = (await Axe().run(page)).response["violations"]
    return [f"axe: {one['id']}: {one['nodes'][0]['html'][:80]}" for one in found if one["impact"] != "minor"]
