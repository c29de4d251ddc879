// One bubble of the stream, built of text nodes only: nothing that anybody writes is ever read as markup.
import { hour, size, word } from "./words.js";

const LINK = /https?:\/\/[^\s<>"'“”‘’]+/g;
const TAGS = { bold: "b", italic: "i" };
const TRAILING = /[.,;:!?)\]}…]+$/;

export function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

// Text with its line breaks (the style keeps them), its bold and italic words, and bare https addresses as links,
// and those of this very site. A dot between two parts never begins a line.
export function words(said, styles = []) {
  const text = said.replaceAll(" · ", "\u00a0· ");
  const known = styles.filter(([start, length, kind]) => Number.isInteger(start) && length > 0 && TAGS[kind]);
  const ends = known.flatMap(([start, length]) => [start, start + length]);
  const cuts = [...new Set([0, ...ends, text.length])].sort((one, other) => one - other);
  const parts = document.createDocumentFragment();
  cuts.slice(1).forEach((end, number) => {
    const here = known.filter(([start, length]) => start <= cuts[number] && end <= start + length);
    const tags = new Set(here.map(([, , kind]) => TAGS[kind]));
    let part = linked(text.slice(cuts[number], end));
    for (const tag of tags) {
      const around = document.createElement(tag);
      around.append(part);
      part = around;
    }
    parts.append(part);
  });
  return parts;
}

function linked(text) {
  const parts = document.createDocumentFragment();
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TRAILING, "");
    if (!opens(address)) continue;
    parts.append(text.slice(done, match.index), link(address));
    done = match.index + address.length;
  }
  parts.append(text.slice(done));
  return parts;
}

function opens(address) {
  try {
    const { protocol, origin } = new URL(address);
    return protocol === "https:" || origin === location.origin;
  } catch {
    return false;
  }
}

function link(address) {
  const node = make("a", "", address);
  node.href = address;
  node.rel = "noopener noreferrer nofollow";
  node.target = "_blank";
  return node;
}

export function botBubble(frame, onTap) {
  const bubble = make("article", "said bot");
  bubble.dataset.id = frame.id;
  fill(bubble, frame, onTap);
  return bubble;
}

// What a bot's bubble shows; used again when a later message edits it.
export function fill(bubble, frame, onTap, edited = false) {
  const parts = [make("span", "unseen", `${word("bot")}: `)];
  const pictures = frame.files.filter((file) => /^image\/(png|jpeg)$/.test(file.type));
  parts.push(...pictures.map(picture));
  if (frame.text) {
    const text = make("p", "text");
    text.append(words(frame.text, frame.styles));
    parts.push(text);
  }
  parts.push(...frame.files.filter((file) => !pictures.includes(file)).map(download));
  parts.push(stamp(Date.parse(frame.at), edited ? word("edited") : ""));
  if (frame.buttons.length) parts.push(chips(frame.buttons, onTap));
  bubble.replaceChildren(...parts);
}

function chips(buttons, onTap) {
  const group = make("div", "chips");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", word("choices"));
  for (const button of buttons) {
    const chip = make("button", "chip", button.label);
    chip.type = "button";
    chip.addEventListener("click", () => onTap(button, chip));
    group.append(chip);
  }
  return group;
}

// Only our own file route is ever loaded, whatever the frame says.
function ownAddress(file) {
  return /^\/files\/\d+$/.test(file.url) ? file.url : "#";
}

function picture(file) {
  const frame = make("a", "picture");
  const image = make("img");
  image.src = ownAddress(file);
  image.alt = word("picture", { name: file.name });
  frame.href = image.src;
  frame.target = "_blank";
  frame.rel = "noopener";
  frame.append(image);
  return frame;
}

function download(file) {
  const node = make("a", "file");
  node.href = ownAddress(file);
  node.download = file.name;
  node.setAttribute("aria-label", word("file", { name: file.name, size: size(file.size) }));
  const ending = file.name.includes(".") ? file.name.split(".").pop().slice(0, 4).toUpperCase() : "";
  node.append(make("span", "kind", ending || "FILE"), make("span", "name", file.name), make("span", "size", size(file.size)));
  return node;
}

function stamp(moment, note = "") {
  const line = make("p", "stamp");
  const time = make("time", "", hour(moment));
  time.dateTime = new Date(moment).toISOString();
  line.append(time);
  if (note) line.append(` · ${note}`);
  return line;
}

export function ownBubble(entry) {
  const bubble = make("article", entry.kind === "tap" ? "said me tap" : "said me");
  bubble.dataset.said = entry.id;
  bubble.append(make("span", "unseen", `${word("me")}: `));
  if (entry.preview) {
    const image = make("img");
    image.src = entry.preview;
    image.alt = word("picture", { name: entry.name });
    const frame = make("div", "picture");
    frame.append(image);
    bubble.append(frame);
  } else {
    const text = make("p", "text");
    text.append(words(entry.kind === "file" ? word("sent_file", { name: entry.name }) : entry.text));
    bubble.append(text);
  }
  bubble.append(stamp(entry.at), make("p", "state"));
  return bubble;
}

// Whether an own message is on its way, refused (with a button to send it again) or sent (nothing to say).
export function showState(bubble, entry, onRetry) {
  const line = bubble.querySelector(".state");
  bubble.classList.toggle("failed", entry.state === "failed");
  bubble.classList.toggle("waiting", entry.state === "waiting");
  line.replaceChildren();
  // Most messages arrive at once: the word would only flicker.
  if (entry.state === "waiting") setTimeout(() => entry.state === "waiting" && (line.textContent = word("waiting")), 800);
  if (entry.state !== "failed") return;
  const retry = make("button", "retry", word("retry"));
  retry.type = "button";
  retry.addEventListener("click", () => onRetry(entry));
  line.append(`${word("failed")} · `, retry);
}
