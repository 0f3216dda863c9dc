/* Stands between a screen and the network: without one the board and the check-in page are shown as they were. It keeps
   those pages, which name nobody, and the files they are made of; nothing else. */
'use strict';
const KEPT = 'yiqi-kiosk-1', HOME = '/kiosk/', PAGES = [HOME, '/kiosk/wall', '/kiosk/check-in'], WAIT = 4000,
  WAIT_FOR_SOMEBODY = 20000; // a ticket is said once: what is slow is still theirs

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(Promise.all([HOME, '/kiosk/check-in'].map((path) => refresh(path))));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/* Fetch a page as the screen would, and keep it when it is one. */
async function refresh(path) {
  try {
    const answer = await fetch(path, { credentials: 'same-origin', redirect: 'manual' });
    if (answer.status === 200) await (await caches.open(KEPT)).put(path, answer);
  } catch (_unreachable) { /* the next visit tries again */ }
}

async function soon(request, wait) {
  const given = new Promise((_done, late) => setTimeout(() => late(new Error('late')), wait));
  return Promise.race([fetch(request), given]);
}

async function page(request, path) {
  const shelf = await caches.open(KEPT);
  try {
    const answer = await soon(request, PAGES.includes(path) ? WAIT : WAIT_FOR_SOMEBODY);
    if (answer.status >= 500) throw new Error('fault');
    if (answer.status === 200 && PAGES.includes(path)) await shelf.put(path, answer.clone());
    if (answer.type === 'opaqueredirect' && PAGES.includes(path)) await caches.delete(KEPT);
    return answer;
  } catch (_unreachable) {
    const old = PAGES.includes(path) ? await shelf.match(path) : null;
    if (old) return old;
    return (await shelf.match(HOME)) ? Response.redirect(HOME) : Response.error();
  }
}

/* What is sent needs the network; without it the board comes back instead of the browser's own page, which leads nowhere. */
async function sent(request) {
  try {
    return await fetch(request);
  } catch (unreachable) {
    const shelf = await caches.open(KEPT);
    if (await shelf.match(HOME)) return Response.redirect(HOME, 303);
    throw unreachable;
  }
}

async function file(request) {
  const shelf = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.status === 200) await shelf.put(request, answer.clone());
    return answer;
  } catch (unreachable) {
    const old = await shelf.match(request);
    if (old) return old;
    throw unreachable;
  }
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (event.request.method === 'POST' && event.request.mode === 'navigate') event.respondWith(sent(event.request));
  if (event.request.method !== 'GET') return;
  if (event.request.mode === 'navigate') event.respondWith(page(event.request, url.pathname));
  else if (url.pathname.startsWith('/static/')) event.respondWith(file(event.request));
});
