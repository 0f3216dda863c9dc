/* Yiqi 亦起: the only script besides htmx. Every form and link works without it. */
(function (d, w) {
  'use strict';
  var FORGET_SUBMIT = 5000, FORGET_DOWNLOAD = 1500, HUSH = 1000;
  var sent = new WeakMap(), lastStale = 0;
  function one(selector) { return d.querySelector(selector); }
  function source(event) { var c = event.detail.requestConfig; return (c && c.elt) || event.target; }
  function polled(event) { return source(event).id === 'poller'; }

  // The answer to the person's own action may ask for focus; what a poll brought never gets it.
  function focus(own) {
    d.querySelectorAll('[data-focus]').forEach(function (e) {
      e.removeAttribute('data-focus');
      if (own) { lead(e); own = false; }
    });
  }
  // Led to an answer one sees it from its head on, not the end of what is tall, nor half of the page's head.
  function lead(e) {
    var at = e.getBoundingClientRect();
    e.focus({ preventScroll: true });
    if (at.top < 0 || at.bottom > w.innerHeight) e.scrollIntoView();
    if (w.scrollY < one('main').offsetTop) w.scrollTo(0, 0);
  }
  d.addEventListener('htmx:afterSettle', function (event) { focus(!polled(event)); });

  // Live parts refresh when the page comes back: from the back/forward cache, the background, a dead network.
  function stale() {
    if (d.hidden || Date.now() - lastStale < HUSH) return;
    lastStale = Date.now();
    d.dispatchEvent(new Event('yiqi:stale'));
  }
  w.addEventListener('pageshow', function (event) {
    sent = new WeakMap();
    d.querySelectorAll('form[aria-busy]').forEach(function (form) { form.removeAttribute('aria-busy'); });
    if (event.persisted) stale();
  });
  d.addEventListener('visibilitychange', stale);
  w.addEventListener('online', stale);

  // A poll never speaks against the person's own action: what one under way brings is asked for again afterwards, none
  // starts meanwhile. Aborted it would be an error in htmx's log.
  var acting = 0, asking = null, old = null, owed = false, SOON = 50;
  function ask() {
    if (!owed || acting) return;
    owed = false;
    d.dispatchEvent(new Event('yiqi:stale'));
  }
  function arrived(event) { if (event.detail.xhr === old) event.preventDefault(); }
  d.addEventListener('htmx:beforeRequest', function (event) {
    if (!polled(event)) {
      acting++;
      owed = !!asking && asking.readyState < 4;
      old = asking;
    } else if (d.hidden || acting) event.preventDefault();
  });
  d.addEventListener('htmx:beforeSend', function (event) {
    if (!polled(event)) return;
    asking = event.detail.xhr;
    event.detail.elt.addEventListener('htmx:beforeOnLoad', arrived);
  });
  d.addEventListener('htmx:afterRequest', function (event) {
    if (!polled(event) && acting) acting--;
    if (owed) setTimeout(ask, SOON);
  });
  d.addEventListener('yiqi:newer', function () { old = asking; });

  // Offline line: says from when the numbers are. Beijing has kept UTC+8 all year since 1991.
  function loaded(at) {
    var clock = new Date(at + 288e5).toISOString().slice(11, 16);
    d.querySelectorAll('[data-since]').forEach(function (e) { e.textContent = clock; });
  }
  function offline(cut) {
    var line = one('#offline'), say = one('#say'), live = line && line.querySelector('[data-live]');
    if (!line || line.hidden === !cut) return;
    if (live) live.hidden = !one('#poller');
    d.querySelectorAll('.live__at').forEach(function (e) { e.classList.toggle('live__at--off', cut); });
    line.hidden = !cut;
    if (say && cut) say.textContent = line.innerText;
  }
  function lost() { offline(true); }
  // What was searched for without a network is searched for when it is back.
  var unsearched = null;
  function search() {
    var form = unsearched;
    unsearched = null;
    if (form && d.contains(form) && form.requestSubmit) form.requestSubmit();
  }
  d.addEventListener('htmx:afterRequest', function (event) {
    var form = source(event).closest('form[role=search]');
    if (form) unsearched = event.detail.successful ? null : form;
    else if (event.detail.successful) search();
  });
  w.addEventListener('online', search);
  // What the person pressed is not repeated by itself, and may have arrived all the same.
  function unanswered(event) {
    var told = one('#offline [data-lost]'), config = event.detail.requestConfig;
    if (told && config && config.verb !== 'get') { told.hidden = false; offline(false); }
    lost();
  }
  ['htmx:sendError', 'htmx:timeout'].forEach(function (name) { d.addEventListener(name, unanswered); });
  w.addEventListener('offline', lost);

  // A failed poll is the offline line's matter, not an error the person made.
  d.addEventListener('htmx:beforeSwap', function (event) {
    if (event.detail.xhr.status >= 400 && polled(event)) { event.detail.shouldSwap = false; lost(); }
  });
  d.addEventListener('htmx:afterRequest', function (event) {
    if (!event.detail.successful) return;
    loaded(Date.parse(event.detail.xhr.getResponseHeader('Date')) || Date.now());
    offline(false);
    d.querySelectorAll('[data-lost]').forEach(function (e) { e.hidden = true; });
    var problem = one('#problem');
    if (problem && !polled(event)) problem.textContent = '';
  });

  // Too many people at once: the site has not begun with what was pressed, and says after how many seconds to press again.
  var pressing = 0;
  function countdown(left) {
    d.querySelectorAll('[data-wait]').forEach(function (e) {
      e.hidden = !left;
      e.querySelectorAll('b').forEach(function (n) { n.textContent = left; });
    });
  }
  function again(seconds, press) {
    countdown(seconds);
    pressing = setTimeout(function () { if (seconds > 1) again(seconds - 1, press); else press(); }, 1000);
  }
  function enough() { clearTimeout(pressing); countdown(0); }
  d.addEventListener('htmx:beforeRequest', function (event) { if (!polled(event)) enough(); });
  d.addEventListener('htmx:afterRequest', function (event) {
    var config = event.detail.requestConfig, form = source(event), told = one('#problem [data-again]');
    // A screen at the service centre shows no problem: it keeps the scan and delivers it itself.
    if (event.detail.xhr.status !== 503 || !told || polled(event) || !/^(FORM|A)$/.test(form.tagName)) return;
    var button = config.triggeringEvent && config.triggeringEvent.submitter;
    again(+told.getAttribute('data-again'), function () {
      if (!d.contains(form)) return;
      if (form.tagName === 'A') form.click();
      else if (form.requestSubmit) form.requestSubmit(button && form.contains(button) ? button : undefined);
      else if (!button || !button.name) w.htmx.trigger(form, 'submit');
    });
  });
  var waits = one('[data-again]');
  if (waits) {
    again(+waits.getAttribute('data-again'), function () {
      if (waits.tagName === 'FORM') waits.submit(); else w.location.reload();
    });
  }

  // A plain form goes out once; htmx forms (their submit is already prevented) guard themselves. A file leaves its page standing.
  d.addEventListener('submit', function (event) {
    var form = event.target, hold = form.hasAttribute('data-download') ? FORGET_DOWNLOAD : FORGET_SUBMIT;
    if (event.defaultPrevented || form.getAttribute('method') !== 'post') return;
    if (Date.now() - (sent.get(form) || 0) < hold) { event.preventDefault(); return; }
    enough();
    sent.set(form, Date.now());
    form.setAttribute('aria-busy', 'true');
    setTimeout(function () { form.removeAttribute('aria-busy'); }, hold);
  });

  // A row that scrolls sideways shows what is chosen in it.
  function reveal() {
    d.querySelectorAll('.chips [aria-current], .tabs [aria-current]').forEach(function (e) {
      var row = e.parentNode, hidden = e.getBoundingClientRect().right + 32 - row.getBoundingClientRect().right;
      if (hidden > 32) row.scrollLeft += hidden;
    });
  }
  d.addEventListener('htmx:afterSettle', function (event) { if (!polled(event)) reveal(); });

  // A page that answers a post says where it can be fetched again, so that Back and reload never ask to send it twice.
  var page = one('[data-page]');
  if (page) w.history.replaceState(null, '', page.getAttribute('data-page'));

  reveal();
  loaded(Date.now());
  if (navigator.onLine === false) lost();
  focus(true);
})(document, window);
