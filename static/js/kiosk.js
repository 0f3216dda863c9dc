/* Screens: who stands there is forgotten when nobody touches; the board turns its pages; keys collect what is typed; and a
   dead network is said and waited for. Every step works without it. */
(function (d, w) {
  'use strict';
  var root = d.documentElement, home = root.dataset.home, WARN = 15, STAY_EVERY = 20000, ASK_AGAIN = 3000;
  var max = +root.dataset.idle || 0, left = max, heard = Date.now(), skew = 0, leaving = false;
  function all(selector) { return Array.prototype.slice.call(d.querySelectorAll(selector)); }
  function one(selector) { return d.querySelector(selector); }
  function token() { var field = one('input[name=csrf_token]'); return field ? field.value : ''; }
  function post(url, keepalive) {
    heard = Date.now();
    return fetch(url, {
      method: 'POST', credentials: 'same-origin', keepalive: !!keepalive, redirect: 'manual',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'csrf_token=' + encodeURIComponent(token())
    });
  }

  // 1 Idle: a minute, asked at fifteen seconds; a result says how long it stays. Touching anything begins anew.
  function say() {
    all('[data-left]').forEach(function (e) { e.textContent = left; });
    var bar = one('#idle progress'), dialog = one('#idle-dialog');
    if (bar) bar.value = left;
    if (!dialog) return;
    var was = dialog.hidden;
    dialog.hidden = left > WARN || max <= WARN;
    if (was && !dialog.hidden) one('[data-stay]').focus();
  }
  function reset() { left = max; if (max) say(); }
  function touched() {
    reset();
    if (max && one('#idle-dialog') && Date.now() - heard > STAY_EVERY) post(home + 'stay').catch(function () {});
  }
  function leave() {
    if (leaving) return;
    leaving = true;
    function go() { w.location.replace(home); }
    setTimeout(go, 2000);
    post(home + 'leave', true).then(go, go);
  }
  ['pointerdown', 'keydown', 'input'].forEach(function (type) { d.addEventListener(type, touched, true); });
  setInterval(function () {
    if (!max || leaving) return;
    left -= 1;
    if (left <= 0) leave(); else say();
  }, 1000);
  var stay = one('[data-stay]');
  if (stay) stay.addEventListener('click', function () { reset(); post(stay.dataset.url).catch(function () {}); });
  w.yiqiKiosk = {
    result: function (seconds) { // a result stands there for so long, then the board
      max = left = seconds;
      var dialog = one('#idle-dialog'), bar = one('#idle progress'), words = one('[data-idle-says]');
      if (dialog) dialog.hidden = true;
      if (bar) bar.max = seconds;
      if (words) words.textContent = words.dataset.idleSays;
      one('#main').classList.add('kmain--said');
      all('.kask #step, .kask #camera').forEach(function (e) { e.inert = true; }); // unseen now; the scanner goes on
      say();
    },
    token: token,
    now: function () { return new Date(Date.now() + skew); },
    reached: function () { heard = Date.now(); }
  };

  // 2 Back shows nothing: a page out of the browser's memory goes to the board.
  w.addEventListener('pageshow', function (event) { if (event.persisted) w.location.replace(home); });
  d.addEventListener('contextmenu', function (event) { event.preventDefault(); });

  // 3 The clock, and the screens of the board: the same one on every kiosk.
  function turn() {
    var board = one('[data-seconds]#poller'), at = w.yiqiKiosk.now(), groups = {};
    all('[data-clock]').forEach(function (e) { e.textContent = new Date(at.getTime() + 288e5).toISOString().slice(11, 16); });
    if (!board) return;
    var nth = Math.floor(at.getTime() / 1000 / +board.dataset.seconds);
    all('[data-turn]').forEach(function (e) { (groups[e.dataset.turn] = groups[e.dataset.turn] || []).push(e); });
    Object.keys(groups).forEach(function (name) {
      groups[name].forEach(function (e, n) { e.hidden = n !== nth % groups[name].length; });
    });
  }
  setInterval(turn, 1000);
  d.addEventListener('htmx:afterSettle', turn);

  // 4 Keys collect here; the server gets the whole. What it had before stays its own, key by key.
  function cells() { return one('[data-cells]'); }
  function show(typed) {
    var line = cells(), boxes = line.children, last = typed.length - 1;
    Array.prototype.forEach.call(boxes, function (box, n) {
      box.textContent = n > last ? '' : (line.hasAttribute('data-hidden') && n >= 3 && n < last ? '●' : typed[n]);
      box.classList.toggle('cur', n === typed.length);
    });
    line.setAttribute('aria-label', line.dataset.says.replace('0', typed.length));
  }
  function press(key) {
    var field = one('[data-collects]'), most = cells().children.length, typed = field.value;
    if (key === 'clear') typed = '';
    else if (key === 'del') typed = typed.slice(0, -1);
    else if (typed.length < most) typed += key;
    field.value = typed;
    show(typed);
    if (typed.length === most && cells().hasAttribute('data-submits')) {
      field.form.requestSubmit();
      field.value = '';
    }
  }
  function spell(field, key) {
    var typed = field.value;
    if (key === 'clear') typed = '';
    else if (key === 'del') typed = typed.slice(0, -1);
    else if (key === 'space') typed = typed && !/ $/.test(typed) ? typed + ' ' : typed;
    else typed += !typed || / $/.test(typed) ? key : key.toLowerCase();
    field.value = typed.slice(0, field.maxLength);
  }
  d.addEventListener('click', function (event) {
    var key = event.target.closest && event.target.closest('.kpad [name=k]'), name = one('[data-name]');
    if (!key) return;
    if (name) { event.preventDefault(); spell(name, key.value); return; }
    var field = one('[data-collects]');
    if (!field || (!field.value && +cells().dataset.typed)) return;
    event.preventDefault();
    press(key.value);
  });
  d.addEventListener('keydown', function (event) { // a keyboard on the table works, too
    if (!cells() || event.ctrlKey || event.altKey || event.metaKey || event.target.tagName === 'INPUT') return;
    var key = event.key.length === 1 ? event.key.toUpperCase() : { Backspace: 'del' }[event.key];
    var button = key && all('.kpad [name=k]').filter(function (e) { return e.value === key; })[0];
    if (button) { event.preventDefault(); button.click(); }
  });

  // 5 Without a network: what needs one says so and waits; the rest goes on.
  var line = one('#offline');
  function cut() { return !!line && !line.hidden; }
  function network() {
    root.classList.toggle('is-off', cut());
    all('[data-needs-net],[data-needs-net] .kbtn').forEach(function (e) {
      if (cut()) e.setAttribute('aria-disabled', 'true'); else e.removeAttribute('aria-disabled');
    });
    var board = one('#poller[data-at]');
    if (cut() && board && Date.now() - Date.parse(board.dataset.at) > 60000) {
      all('[data-since]').forEach(function (e) {
        e.textContent = new Date(Date.parse(board.dataset.at) + 288e5).toISOString().slice(11, 16);
      });
    }
  }
  if (line) new MutationObserver(network).observe(line, { attributes: true, attributeFilter: ['hidden'] });
  d.addEventListener('htmx:afterSettle', network);
  ['click', 'submit'].forEach(function (type) {
    d.addEventListener(type, function (event) {
      var held = event.target.closest && event.target.closest('[data-needs-net]');
      if (held && cut()) { event.preventDefault(); event.stopImmediatePropagation(); }
    }, true);
  });
  d.addEventListener('htmx:afterRequest', function (event) {
    if (!event.detail.successful) return;
    heard = Date.now();
    var date = Date.parse(event.detail.xhr.getResponseHeader('Date'));
    if (date && Math.abs(date - Date.now()) > 2000) skew = date - Date.now(); else skew = 0;
  });
  // A page without a poll of its own looks by itself whether the network is back.
  setInterval(function () {
    if (!cut() || one('#poller')) return;
    fetch(home + 'sw.js', { method: 'HEAD', cache: 'no-store' }).then(function (answer) {
      if (answer.ok) { line.hidden = true; d.dispatchEvent(new Event('yiqi:online')); }
    }).catch(function () {});
  }, ASK_AGAIN);

  // 6 The code at a venue hangs until its door closes.
  var hung = one('[data-until]');
  if (hung) setInterval(function () {
    if (w.yiqiKiosk.now().getTime() > Date.parse(hung.dataset.until)) w.location.replace(home);
  }, 5000);

  // 7 Everything begins anew once a night, when nobody is there.
  var board = one('#poller[data-at]');
  if (board) setTimeout(function again() {
    if (w.yiqiKiosk.now().getUTCHours() === 20 && !cut()) w.location.replace(w.location.pathname);
    else setTimeout(again, 36e5);
  }, 36e5);

  if (root.dataset.worker && 'serviceWorker' in navigator) {
    navigator.serviceWorker.register(root.dataset.worker, { scope: home }).catch(function () {});
  }
  turn();
  network();
})(document, window);
