// The conversation on the screen: places every bubble where it belongs, changes it in place, follows the newest.
import { botBubble, fill, make, ownBubble, showState } from "./bubble.js";
import { compareIds } from "./memory.js";
import { day, dayName } from "./words.js";

const NEAR_END = 120;
const OVERLAP = 5;

export class Stream {
  constructor({ log, scroll, typing, newest, welcome }, { onTap, onRetry }) {
    Object.assign(this, { log, scroll, typing, newest, welcome, onTap, onRetry });
    this.clear();
    log.setAttribute("aria-live", "off");
    scroll.addEventListener("scroll", () => this.atEnd() && (newest.hidden = true), { passive: true });
    newest.addEventListener("click", () => this.toEnd(true));
    log.addEventListener("load", () => this.follow && this.toEnd(), true);
    new ResizeObserver(() => this.follow && this.toEnd()).observe(scroll);
    scroll.addEventListener("scroll", () => (this.follow = this.atEnd()), { passive: true });
  }

  clear() {
    this.known = [];
    this.bubbles = new Map();
    this.follow = true;
    this.log.replaceChildren();
  }

  // The id to catch up from: a few messages back, as an older one may have been written a moment later.
  since() {
    return this.known.at(-OVERLAP) ?? "0";
  }

  // One message of the bot; the same id is shown once.
  add(frame) {
    if (this.known.includes(frame.id)) return;
    this.known.push(frame.id);
    this.known.sort(compareIds);
    this.stopTyping();
    if (frame.clears) this.clearButtons(frame.clears);
    const edited = frame.edits && this.bubbles.get(frame.edits);
    if (edited) this.edit(edited, frame);
    else if (frame.text || frame.files.length || frame.buttons.length) this.place(this.bot(frame));
  }

  bot(frame) {
    const bubble = botBubble(frame, (button, chip) => this.onTap(button, bubble.dataset.id, chip));
    bubble.dataset.key = frame.id;
    bubble.dataset.at = Date.parse(frame.at);
    this.bubbles.set(frame.id, bubble);
    if (frame.edits) this.bubbles.set(frame.edits, bubble);
    return bubble;
  }

  edit(bubble, frame) {
    if (compareIds(frame.id, bubble.dataset.id) < 0) return;
    const focused = bubble.contains(document.activeElement);
    bubble.dataset.id = frame.id;
    this.bubbles.set(frame.id, bubble);
    fill(bubble, frame, (button, chip) => this.onTap(button, bubble.dataset.id, chip), true);
    if (focused) this.focusNear(bubble);
    this.settle();
    // The answer to a tap far up stands far up.
    if (this.live) bubble.scrollIntoView({ block: "nearest" });
  }

  // Old messages fill in silently; once live, new ones are read aloud.
  goLive() {
    this.live = true;
    this.log.setAttribute("aria-live", "polite");
    this.welcome.hidden = this.log.childElementCount > 0;
  }

  clearButtons(id) {
    const bubble = this.bubbles.get(id);
    const chips = bubble?.querySelector(".chips");
    if (!chips) return;
    const focused = chips.contains(document.activeElement);
    chips.remove();
    if (focused) this.focusNear(bubble);
  }

  // A keyboard must not fall back to the top of the page when the button under it goes away.
  focusNear(bubble) {
    (bubble.querySelector(".chips button") ?? this.log).focus({ preventScroll: true });
  }

  say(entry) {
    const bubble = ownBubble(entry);
    bubble.dataset.key = entry.after;
    bubble.dataset.at = entry.at;
    showState(bubble, entry, this.onRetry);
    this.place(bubble);
  }

  state(entry) {
    const bubble = this.log.querySelector(`[data-said="${entry.id}"]`);
    if (bubble) showState(bubble, entry, this.onRetry);
  }

  forget(id) {
    this.log.querySelector(`[data-said="${id}"]`)?.remove();
    this.nameDays();
  }

  // Bot messages stand by id; what was said stands behind the message that it followed, in the order of saying.
  place(bubble) {
    const follow = this.follow || bubble.classList.contains("me");
    let before = null;
    for (let one = this.log.lastElementChild; one && this.after(one, bubble); one = one.previousElementSibling) before = one;
    this.log.insertBefore(bubble, before);
    this.settle(follow);
  }

  after(one, bubble) {
    if (one.classList.contains("day")) return Boolean(one.previousElementSibling) && this.after(one.previousElementSibling, bubble);
    const order = compareIds(one.dataset.key, bubble.dataset.key);
    if (order) return order > 0;
    const mine = one.classList.contains("me") - bubble.classList.contains("me");
    return mine ? mine > 0 : Number(one.dataset.at) > Number(bubble.dataset.at);
  }

  settle(follow = this.follow) {
    this.welcome.hidden = true;
    this.nameDays();
    if (follow) this.toEnd();
    else this.newest.hidden = this.atEnd();
  }

  nameDays() {
    let shown = "";
    let newest = null;
    for (const one of [...this.log.children]) {
      if (one.classList.contains("day")) {
        one.remove();
        continue;
      }
      const moment = Number(one.dataset.at);
      if (day(moment) !== shown) one.before(make("p", "day", dayName(moment)));
      shown = day(moment);
      one.classList.remove("last");
      if (one.dataset.id && (!newest || compareIds(one.dataset.id, newest.dataset.id) > 0)) newest = one;
    }
    // The bot's newest word, be it a new bubble or an older one that was edited.
    newest?.classList.add("last");
  }

  reset(id) {
    for (const one of [...this.log.children]) {
      const older = one.dataset.key && compareIds(one.dataset.key, id) < 0;
      if (older && !one.matches(".waiting, .failed")) one.remove();
    }
    this.bubbles = new Map([...this.bubbles].filter(([, bubble]) => bubble.isConnected));
    this.nameDays();
  }

  showTyping() {
    clearTimeout(this.typingSoon);
    clearTimeout(this.typingEnd);
    // Most answers come at once: showing the dots for those would only flicker.
    this.typingSoon = setTimeout(() => {
      this.typing.hidden = false;
      if (this.follow) this.toEnd();
    }, 350);
    this.typingEnd = setTimeout(() => this.stopTyping(), 12_000);
  }

  stopTyping() {
    clearTimeout(this.typingSoon);
    clearTimeout(this.typingEnd);
    this.typing.hidden = true;
  }

  atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END;
  }

  toEnd(smooth = false) {
    this.follow = true;
    this.newest.hidden = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
  }
}
