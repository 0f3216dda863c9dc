/* Scans at a screen: from a scanner that types, or a camera. What the network does not take is kept in the browser, code and
   time alone, and delivered when it is back: each with a nonce, so that it counts once however often it arrives. */
(function (d, w) {
  'use strict';
  var kiosk = w.yiqiKiosk, home = d.documentElement.dataset.home, SAME_CODE = 4000, MOST = 50, EVERY = 4000, BY_HAND = 150;
  var form = d.getElementById('scan'), input = d.getElementById('code'), arrival = d.getElementById('arrival');
  var CODE = /^(?:https?:\/\/[^\s/]+\/t\/)?[2-9A-HJ-NP-Z]{4}[- ]?[2-9A-HJ-NP-Z]{4}$/i;
  var going = null, turn = null, waiting = [], delivering = false;

  // The shelf: an IndexedDB of {nonce, code, scanned_at}; no name, no number.
  function shelf(mode, use) {
    return new Promise(function (done, failed) {
      var opening = w.indexedDB.open('yiqi-kiosk', 1);
      opening.onupgradeneeded = function () { opening.result.createObjectStore('scans', { keyPath: 'nonce' }); };
      opening.onerror = function () { failed(opening.error); };
      opening.onsuccess = function () {
        var here = opening.result, turn = here.transaction('scans', mode), asked = use(turn.objectStore('scans'));
        turn.oncomplete = function () { here.close(); done(asked && asked.result); };
        turn.onabort = turn.onerror = function () { here.close(); failed(turn.error); };
      };
    });
  }
  function keep(scan) { return shelf('readwrite', function (scans) { return scans.put(scan); }); }
  function kept() { return shelf('readonly', function (scans) { return scans.getAll(); }); }
  function drop(nonces) {
    return shelf('readwrite', function (scans) { nonces.forEach(function (one) { scans.delete(one); }); });
  }
  function deliver() {
    if (delivering || !w.indexedDB || !kiosk.token()) return;
    delivering = true;
    kept().then(function (scans) {
      if (!scans || !scans.length) return null;
      var body = new URLSearchParams({ csrf_token: kiosk.token(), scans: JSON.stringify(scans.slice(0, MOST)) });
      return fetch(home + 'scans', { method: 'POST', body: body, credentials: 'same-origin' }).then(function (answer) {
        if (!answer.ok || answer.redirected) return null;
        return answer.json().then(function (settled) { return drop(settled.map(function (one) { return one.nonce; })); });
      });
    }).catch(function () {}).then(function () { delivering = false; });
  }
  setInterval(deliver, EVERY);
  d.addEventListener('yiqi:online', deliver);
  deliver();

  function nonce() {
    var bytes = w.crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
  }
  function made(code) { return { nonce: nonce(), code: code, scanned_at: kiosk.now().toISOString() }; }

  // Who has no time for buttons holds the code before the scanner while the board, or somebody's result, is shown: keys that come
  // faster than a hand's and end with Enter are a scan.
  function listen() {
    var typed = '', last = 0;
    d.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' && CODE.test(typed) && event.timeStamp - last < BY_HAND) {
        event.preventDefault();
        check(made(typed));
      }
      typed = event.key.length !== 1 ? (event.key === 'Shift' ? typed : '') : (event.timeStamp - last < BY_HAND ? typed : '') + event.key;
      last = event.timeStamp;
    }, true);
  }
  function check(scan) {
    var body = new URLSearchParams({ csrf_token: kiosk.token(), code: scan.code, nonce: scan.nonce });
    function go(place) { w.location.assign(home + place); }
    Promise.race([
      fetch(home + 'check-in', { method: 'POST', body: body, credentials: 'same-origin', redirect: 'manual' }),
      new Promise(function (_done, late) { setTimeout(late, 6000); })
    ]).then(function (answer) {
      if (answer.status >= 500) throw new Error('fault');
      go(answer.type === 'opaqueredirect' ? 'visit' : 'check-in');
    }).catch(function () {
      keep(scan).then(function () { go('check-in#kept'); }, function () { go('check-in#not-kept'); });
    });
  }
  if (!form) {
    if (d.getElementById('check-in') || d.getElementById('next')) listen();
    return;
  }
  function focus() {
    var dialog = d.getElementById('idle-dialog');
    if (!dialog || dialog.hidden) input.focus();
  }
  function said(id) {
    arrival.replaceChildren(d.getElementById(id).content.cloneNode(true));
    show();
  }
  function show() {
    var result = arrival.querySelector('[data-seconds]'), say = d.getElementById('say');
    if (!result) return;
    say.textContent = result.innerText;
    kiosk.result(+result.dataset.seconds);
    focus();
  }
  // Each scan goes out by itself, in its turn, with its nonce and its own time: the next one may come before the answer. Lost on the
  // way, just these are kept.
  form.addEventListener('submit', function (event) {
    if (!w.htmx) return;
    var code = input.value.trim();
    if (turn) { going = turn; turn = null; return; }
    if (code && !going) { going = made(code); input.value = ''; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (code) { waiting.push(made(code)); input.value = ''; }
  }, true);
  d.addEventListener('htmx:configRequest', function (event) {
    if (event.target !== form || !going) return;
    event.detail.parameters.code = going.code;
    event.detail.parameters.nonce = going.nonce;
  });
  d.addEventListener('htmx:afterRequest', function (event) {
    if (event.target === form) setTimeout(function () { // after what is said of a failure
      going = null;
      turn = waiting.shift() || null;
      if (turn) form.requestSubmit();
    }, 0);
  });
  function lost(event) {
    if (event.target !== form || !going || going.lost) return;
    var scan = { nonce: going.nonce, code: going.code, scanned_at: going.scanned_at };
    going.lost = true;
    if (!CODE.test(scan.code)) { said('no-code'); return; }
    keep(scan).then(function () { said('kept'); }, function () { said('not-kept'); });
  }
  ['htmx:sendError', 'htmx:timeout'].forEach(function (name) { d.addEventListener(name, lost); });
  d.addEventListener('htmx:beforeSwap', function (event) {
    if (event.target === arrival && event.detail.xhr.status >= 500) { event.detail.shouldSwap = false; lost({ target: form }); }
  });
  d.addEventListener('htmx:responseError', function (event) {
    if (event.detail.xhr && event.detail.xhr.status >= 500) lost({ target: form });
  });
  d.addEventListener('htmx:afterSwap', function (event) {
    if (event.target === arrival || arrival.contains(event.target)) show();
  });
  if (/^#(not-)?kept$/.test(w.location.hash)) {
    said(w.location.hash.slice(1));
    w.history.replaceState(null, '', home + 'check-in');
  }

  // A scanner types wherever the focus is: it is brought home.
  d.addEventListener('keydown', function (event) {
    if (event.target === input || event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return;
    if (event.target.tagName !== 'INPUT') focus();
  }, true);
  input.addEventListener('keydown', function (event) { event.stopPropagation(); });

  // The camera, where there is one: only what is in its picture is read, nothing of it is kept.
  var video = d.getElementById('video'), on = d.getElementById('camera'), scanner = null, last = { text: '', at: 0 };
  function found(text) {
    var now = Date.now(), again = text === last.text && now - last.at < SAME_CODE;
    last = { text: text, at: now };
    if (again) return;
    input.value = text;
    form.requestSubmit();
  }
  function stop() {
    if (scanner) { scanner.destroy(); scanner = null; }
    video.hidden = true;
    on.hidden = false;
  }
  function start() {
    on.disabled = true;
    import(new URL(form.dataset.scanner, w.location).href).then(function (module) {
      video.hidden = false;
      scanner = new module.default(video, function (read) { found(read.data); }, {
        returnDetailedScanResult: true, maxScansPerSecond: 8
      });
      return scanner.start();
    }).then(function () { on.hidden = true; }).catch(function () {
      stop();
      d.getElementById('camera-none').hidden = false;
    }).then(function () { on.disabled = false; });
  }
  // What reads the picture is on the screen's shelf before it is needed: also without a network the camera starts.
  function fetched(file) {
    var url = new URL(file, new URL(form.dataset.scanner, w.location)).href;
    w.caches.match(url).then(function (there) { return there || fetch(url); }).catch(function () {});
  }
  if (navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
    if (w.caches) ['', 'qr-scanner-worker.min.js'].forEach(fetched);
    on.hidden = false;
    on.addEventListener('click', start);
    if (navigator.permissions) {
      navigator.permissions.query({ name: 'camera' }).then(function (answer) {
        if (answer.state === 'granted') start();
      }).catch(function () {});
    }
  }
})(document, window);
