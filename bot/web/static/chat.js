// The chat page: connects what is said, what is heard and what is shown.
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Memory, newId } from "./memory.js";
import { Stream } from "./stream.js";
import { language, now, setClock, word } from "./words.js";

const at = (id) => document.getElementById(id);
const memory = new Memory();
const stream = new Stream(
  { log: at("log"), scroll: at("scroll"), typing: at("typing"), newest: at("newest"), welcome: at("welcome") },
  { onTap: tap, onRetry: retry },
);
const connection = new Connection(() => ({ since: stream.since(), lang: language }));

function say(entry) {
  const whole = { id: newId(), at: now(), after: memory.newest, state: "waiting", ...entry };
  memory.add(whole);
  stream.say(whole);
  deliver(whole);
}

// Sends now or, without a line, when it is back; the same id can be sent twice and counts once.
function deliver(entry) {
  if (entry.kind === "file") return upload(entry);
  const { id, text } = entry;
  const frame = entry.kind === "tap"
    ? { type: "tap", id, payload: entry.payload, label: text, message: entry.message }
    : { type: "say", id, text, start: entry.start ?? "" };
  return connection.send(frame);
}

function tap(button, message, chip) {
  if (chip.getAttribute("aria-disabled") === "true") return;
  for (const one of chip.parentElement.children) one.removeAttribute("aria-pressed");
  chip.setAttribute("aria-pressed", "true");
  chip.setAttribute("aria-disabled", "true");
  setTimeout(() => chip.removeAttribute("aria-disabled"), 1_500);
  say({ kind: "tap", text: button.label, payload: button.payload, message });
}

function retry(entry) {
  notice("");
  entry.state = "waiting";
  memory.save();
  stream.state(entry);
  deliver(entry);
}

function settle(id, state) {
  const entry = memory.mark(id, state);
  if (!entry) return;
  if (entry.passing && state === "sent") {
    memory.forget(id);
    stream.forget(id);
  } else stream.state(entry);
}

async function upload(entry) {
  const form = new FormData();
  form.append("id", entry.id);
  form.append("file", entry.file, entry.name);
  stream.showTyping();
  try {
    const answer = await fetch(`/upload?lang=${language}`, { method: "POST", body: form, credentials: "same-origin" });
    const said = await answer.json();
    if (!answer.ok) notice(said.error ?? word("file_failed"));
    settle(entry.id, answer.ok ? "sent" : "failed");
  } catch {
    notice(word("file_failed"));
    settle(entry.id, "failed");
  }
}

// A sentence above the composer that goes away by itself.
let noticeEnd;
function notice(text) {
  clearTimeout(noticeEnd);
  at("notice").textContent = text;
  at("notice").hidden = !text;
  if (text) noticeEnd = setTimeout(() => notice(""), 8_000);
}

let lineSoon = null;
function line(text, action = null) {
  clearTimeout(lineSoon);
  lineSoon = null;
  const shown = action ? document.createElement("button") : document.createElement("span");
  shown.textContent = text;
  if (action) shown.addEventListener("click", action);
  at("line").replaceChildren(...(text ? [shown] : []));
}

function showRemembered() {
  for (const entry of memory.said) stream.say(entry);
}

connection.addEventListener("ready", ({ detail }) => {
  line("");
  setClock(Date.parse(detail.now));
  if (memory.belongsTo(detail.visitor)) {
    stream.clear();
    showRemembered();
  }
  startByLink();
  for (const entry of memory.waiting()) deliver(entry);
  setTimeout(() => stream.goLive(), 400);
});
connection.addEventListener("message", ({ detail }) => {
  stream.add(detail);
  memory.saw(detail.id);
});
connection.addEventListener("typing", () => stream.showTyping());
connection.addEventListener("accepted", ({ detail }) => settle(detail.id, "sent"));
connection.addEventListener("reset", ({ detail }) => {
  memory.reset(detail.id);
  stream.reset(detail.id);
});
connection.addEventListener("error", ({ detail }) => {
  stream.stopTyping();
  notice(detail.text);
  if (detail.id) settle(detail.id, "failed");
});
connection.addEventListener("moved", () => line(word("moved"), () => connection.open()));
connection.addEventListener("lost", ({ detail }) => {
  stream.stopTyping();
  // A short break is not worth a word; further failed attempts must not put the word off.
  lineSoon ??= setTimeout(() => line(word(detail.noCookie ? "no_cookie" : "offline")), 1_200);
});

// A link or QR code with ?start=<unit code> says so once, then leaves the address.
function startByLink() {
  const address = new URL(location.href);
  const start = address.searchParams.get("start");
  if (!start) return;
  address.searchParams.delete("start");
  history.replaceState(null, "", address);
  if (start.length <= 64) memory.add(pending(start));
}

function pending(start) {
  const entry = { id: newId(), at: now(), after: memory.newest, state: "waiting", kind: "say", text: "/start", start };
  stream.say(entry);
  return entry;
}

new Composer(
  { form: at("composer"), field: at("say"), send: at("send"), file: at("file") },
  {
    onText: (text) => say({ kind: "say", text }),
    onFile: (file) => {
      const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : "";
      say({ kind: "file", text: "", name: file.name, file, preview });
    },
    onTooLong: () => notice(word("too_long")),
    onTooLarge: (limit) => notice(word("too_large", { limit })),
  },
);
for (const chip of at("welcome").querySelectorAll(".chip")) {
  chip.addEventListener("click", () => {
    say({ kind: "say", text: chip.textContent });
    at("say").focus({ preventScroll: true });
  });
}
addEventListener("storage", (event) => {
  for (const entry of memory.changedElsewhere(event.key)) stream.say(entry);
});

if (memory.said.length) showRemembered();
else at("welcome").hidden = false;
connection.open();
navigator.serviceWorker?.register("/offline.js").catch(() => null);
