// The page's own words in the visitor's language, and times as people in Vietnam write them.
const words = JSON.parse(document.getElementById("words").textContent);
const ZONE = "Asia/Ho_Chi_Minh";
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const DAY = 86_400_000;

let ahead = 0;

// Phones' clocks are sometimes days off: own messages take the server's time, so that both sides stand in one order.
export function setClock(serverNow) {
  ahead = serverNow - Date.now();
}

export function now() {
  return Date.now() + ahead;
}

export const language = document.documentElement.lang;

export function word(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function hour(moment) {
  return clock.format(moment);
}

export function day(moment) {
  return calendar.format(moment);
}

// "Hôm nay", "Hôm qua" or 22/11/2026.
export function dayName(moment) {
  const shown = day(moment);
  if (shown === day(now())) return word("today");
  return shown === day(now() - DAY) ? word("yesterday") : shown;
}

export function size(bytes) {
  const format = (number) => number.toLocaleString(language, { maximumFractionDigits: 1 });
  return bytes < 1_048_576 ? `${format(Math.max(1, Math.round(bytes / 1024)))} KB` : `${format(bytes / 1_048_576)} MB`;
}
