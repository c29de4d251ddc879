// What the visitor said, kept in this browser: the server keeps only what the bot said.
import { word } from "./words.js";

const KEPT = 200;
const SHOWN = 4_100;

// crypto.randomUUID exists on HTTPS only, and closed networks often have none.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Message ids are 63-bit numbers in strings: compare by length, then by digits.
export function compareIds(one, other) {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the conversation goes on, it is only not kept here.
  }
}

export class Memory {
  constructor() {
    this.visitor = read("banhoc.visitor", "");
    this.said = this.visitor ? read(this.key, []) : [];
    this.newest = this.visitor ? read(this.newestKey, "0") : "0";
  }

  get newestKey() {
    return `banhoc.newest.${this.visitor}`;
  }

  // The newest message of the bot that this browser knows: what is said next stands behind it, also without a network.
  saw(id) {
    if (compareIds(id, this.newest) <= 0) return;
    this.newest = id;
    if (this.visitor) write(this.newestKey, id);
  }

  get key() {
    return `banhoc.said.${this.visitor}`;
  }

  // True when somebody else's cookie came: what the former visitor said is forgotten.
  belongsTo(visitor) {
    if (visitor === this.visitor) return false;
    const former = this.visitor;
    if (former) {
      write(this.key, null);
      write(this.newestKey, null);
      this.said = [];
      this.newest = "0";
    }
    this.visitor = visitor;
    write("banhoc.visitor", visitor);
    this.save();
    return Boolean(former);
  }

  add(entry) {
    this.said.push(entry);
    this.save();
  }

  find(id) {
    return this.said.find((entry) => entry.id === id);
  }

  mark(id, state) {
    const entry = this.find(id);
    if (entry) entry.state = state;
    this.save();
    return entry;
  }

  waiting() {
    return this.said.filter((entry) => entry.state === "waiting" && entry.kind !== "file");
  }

  // Everything said before the reset is gone; what is still on its way goes when it has arrived.
  reset(id) {
    for (const entry of this.said) entry.passing ||= compareIds(entry.after, id) < 0;
    this.said = this.said.filter((entry) => !entry.passing || entry.state !== "sent");
    this.save();
  }

  forget(id) {
    this.said = this.said.filter((entry) => entry.id !== id);
    this.save();
  }

  // Another tab of the same visitor wrote: take over what is new there.
  changedElsewhere(key) {
    if (!this.visitor || key !== this.key) return [];
    const theirs = read(this.key, []);
    const fresh = theirs.filter((entry) => !this.find(entry.id) && entry.state === "sent");
    this.said = [...this.said, ...fresh];
    return fresh;
  }

  save() {
    if (this.said.length > KEPT) this.said = this.said.slice(-KEPT);
    if (this.visitor) write(this.key, this.said.map(kept).filter(Boolean));
  }
}

// A long text is kept whole only until it is sent; the bytes of a file are never kept.
function kept(entry) {
  if (entry.kind === "file") {
    const text = word("sent_file", { name: entry.name });
    return entry.state === "sent" ? { ...entry, file: undefined, kind: "say", text } : null;
  }
  return entry.state === "sent" && entry.text.length > SHOWN ? { ...entry, text: `${entry.text.slice(0, SHOWN)}…` } : entry;
}
