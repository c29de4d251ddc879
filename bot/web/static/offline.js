// The offline shell: keeps the page itself (never a message, never a file) so that it opens without a network.
const SHELL = "banhoc-shell-1";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.add("/")).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name !== SHELL));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === "/") event.respondWith(fresh(request, "/"));
  else if (url.pathname.startsWith("/static/")) event.respondWith(kept(request));
});

// The network first, the kept page when there is none.
async function fresh(request, key) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(key, answer.clone());
    return answer;
  } catch (error) {
    const page = await cache.match(key);
    if (page) return page;
    throw error;
  }
}

// Parts of the page have an address of their own for each version: what is kept cannot be stale.
async function kept(request) {
  const cache = await caches.open(SHELL);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && answer.headers.get("Cache-Control")?.includes("immutable")) {
    await forgetOlder(cache, new URL(request.url).pathname);
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function forgetOlder(cache, path) {
  const [, , version] = path.split("/");
  for (const request of await cache.keys()) {
    const parts = new URL(request.url).pathname.split("/");
    if (parts[1] === "static" && parts[2] !== version) await cache.delete(request);
  }
}
