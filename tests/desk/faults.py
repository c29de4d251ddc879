"""The serious faults of a page for people who do not see it, or not well: what axe-core finds, and a list of ours."""

from playwright.async_api import Page

from tests.axe import axe_faults

FAULTS = """() => {
  const faults = [];
  const shown = (one) => one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const all = (what) => [...document.querySelectorAll(what)].filter(shown);
  const name = (one) =>
    (one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent ||
      one.querySelector("img")?.alt || "").trim();
  if (document.documentElement.lang !== "vi") faults.push("no language");
  if (!document.title.trim()) faults.push("no title");
  for (const place of ["header", "main", "footer"]) if (all(place).length !== 1) faults.push("landmark " + place);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  if (new Set(ids).size !== ids.length) faults.push("an id twice");
  for (const one of document.querySelectorAll("[aria-labelledby], [aria-describedby]"))
    for (const id of (one.getAttribute("aria-labelledby") + " " + one.getAttribute("aria-describedby")).split(" "))
      if (id !== "null" && !document.getElementById(id)) faults.push("nothing called " + id);
  const levels = all("h1, h2, h3, h4").map((one) => +one.tagName[1]);
  if (levels[0] !== 1 || levels.filter((one) => one === 1).length !== 1) faults.push("h1: " + levels);
  if (levels.some((one, at) => at && one > levels[at - 1] + 1)) faults.push("a heading level is left out: " + levels);
  const touched = all("a, button, input:not([type=hidden]), select, [tabindex='0']");
  for (const one of touched) if (!name(one)) faults.push("no name: " + one.outerHTML.slice(0, 80));
  const texts = all("nav a, .tree a, table a").map((one) => name(one) + " " + one.getAttribute("href"));
  if (new Set(texts).size !== texts.length) faults.push("the same link twice: " + texts);
  for (const one of all("img")) if (!one.hasAttribute("alt")) faults.push("picture without words");
  for (const one of all("svg:not([aria-hidden])"))
    if (!one.getAttribute("aria-label")) faults.push("chart without a name");
  for (const table of all("table")) {
    if (!table.caption?.textContent.trim()) faults.push("table without a caption");
    for (const head of table.querySelectorAll("th")) if (!head.scope || !head.textContent.trim()) faults.push("a head");
    for (const row of table.tBodies[0].rows)
      if (!row.querySelector("th") || row.cells.length !== table.tHead.rows[0].cells.length) faults.push("a row");
  }
  const target = (one) => (one.type === "checkbox" ? one.closest("label") : one).getBoundingClientRect();
  for (const one of all("a, button, input:not([type=hidden])")) {
    const box = target(one);
    if (!one.closest(".skip") && (box.height < 43.9 || box.width < 43.9))
      faults.push(`small: ${name(one)} ${box.width} by ${box.height}`);
  }
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = (value) => ((value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(one) || one.closest(".unseen, title")) continue;
    const style = getComputedStyle(one);
    const ink = rgb(one.closest("svg") ? style.fill : style.color);
    const [low, high] = [light(ink), light(ground(one))].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${walker.currentNode.textContent.trim().slice(0, 40)}`);
  }
  return faults;
}"""


async def faults_of(page: Page) -> list[str]:
    """What is wrong with the page, in words; axe-core's own rules first."""
    return [*await axe_faults(page), *await page.evaluate(FAULTS)]
