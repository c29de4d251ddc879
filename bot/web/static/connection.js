// The line to the server: one WebSocket that comes back by itself, with growing and jittered pauses.
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const PING_EVERY = 20_000;
const PONG_WITHIN = 10_000;
const NO_COOKIE = 4401;
const REPLACED = 4408;

export class Connection extends EventTarget {
  constructor(hello) {
    super();
    this.hello = hello;
    this.ready = false;
    this.failures = 0;
    this.pings = 0;
    addEventListener("online", () => this.hurry());
    addEventListener("visibilitychange", () => document.hidden || this.hurry());
    setInterval(() => this.ping(), PING_EVERY);
  }

  open() {
    clearTimeout(this.later);
    this.moved = false;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ v: 1, type: "hello", ...this.hello() }));
    socket.onmessage = (event) => socket === this.socket && this.hear(event.data);
    socket.onclose = (event) => socket === this.socket && this.lost(event.code);
  }

  hear(data) {
    this.heardAt = performance.now();
    const frame = JSON.parse(data);
    if (frame.type === "ready") {
      this.ready = true;
      this.failures = 0;
    }
    this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }));
  }

  // False when there is no line: the caller keeps the message until "ready".
  send(frame) {
    if (!this.ready) return false;
    this.socket.send(JSON.stringify({ v: 1, ...frame }));
    return true;
  }

  // A phone's network can die without a word: no answer to a ping in time means that the line is gone.
  ping() {
    if (!this.send({ type: "ping" })) return;
    const asked = performance.now();
    setTimeout(() => {
      if (this.ready && (this.heardAt ?? 0) < asked) this.drop();
    }, PONG_WITHIN);
  }

  drop() {
    const dead = this.socket;
    this.socket = null;
    dead.close();
    this.lost(1006);
  }

  lost(code) {
    this.ready = false;
    this.socket = null;
    if (code === REPLACED) {
      this.moved = true;
      this.dispatchEvent(new CustomEvent("moved"));
      return;
    }
    this.failures += 1;
    this.dispatchEvent(new CustomEvent("lost", { detail: { noCookie: code === NO_COOKIE && this.failures > 1 } }));
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.failures - 1, 10));
    this.later = setTimeout(() => this.again(code), pause * (0.5 + Math.random() / 2));
  }

  // Loading the page is what gives the cookie; a page from the offline shell may come without one.
  async again(code) {
    if (code === NO_COOKIE) await fetch("/", { credentials: "same-origin", cache: "no-store" }).catch(() => null);
    if (!this.socket) this.open();
  }

  hurry() {
    if (!this.socket && !this.moved) this.open();
    else this.ping();
  }
}
