/* The roster: picking everybody on the page, and how many are picked; and who is checked in elsewhere, how many each post
   has, what happened last. Without it the boxes work one by one, and the rest is as it was when the page was loaded. */
(function (d, w) {
  'use strict';
  var APART = 3000, looked = 0, timer = 0, acted = 0, counted = counts();
  function counts() { return ['counts', 'tabs'].map(function (id) { return (d.getElementById(id) || {}).textContent; }).join(); }
  function refs(page) { return Array.from(page.querySelectorAll('#rows tr[id]'), function (row) { return row.id; }).join(); }
  function polled(event) { var c = event.detail.requestConfig; return !!c && c.elt.id === 'poller'; }

  // Rows stay where they are, under the finger that is about to press: only whether somebody is here is put right.
  // Who came to the list or left it is shown when it is asked for.
  function renew(html) {
    var now = new DOMParser().parseFromString(html, 'text/html'), newer = d.getElementById('newer');
    if (!now.getElementById('rows')) return;
    d.getElementById('feed').replaceWith(d.importNode(now.getElementById('feed'), true));
    now.querySelectorAll('#slot option').forEach(function (option) {
      var shown = d.querySelector('#slot option[value="' + option.value + '"]');
      if (shown) shown.textContent = option.textContent;
    });
    d.querySelectorAll('#rows [id^=in-]').forEach(function (old) {
      var found = now.getElementById(old.id), held = old.contains(d.activeElement);
      if (!found || found.textContent.trim() === old.textContent.trim()) return;
      found = d.importNode(found, true);
      old.replaceWith(found);
      w.htmx.process(found);
      if (held && found.querySelector('button')) found.querySelector('button').focus();
    });
    newer.href = w.location.href;
    newer.hidden = refs(now) === refs(d);
  }
  function look() {
    var before = acted, from = w.location.href;
    timer = 0;
    looked = Date.now();
    fetch(from).then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : ''; }).then(function (html) {
      if (before === acted && from === w.location.href) renew(html);
      else soon(); // what was asked is older than what the person did since
    }, function () { counted = ''; });
  }
  function soon() { if (!timer) timer = setTimeout(look, Math.max(0, looked + APART - Date.now())); }
  d.addEventListener('htmx:beforeRequest', function (event) { if (!polled(event)) acted++; });
  d.addEventListener('htmx:afterRequest', function (event) { if (!polled(event)) acted++; });
  d.addEventListener('htmx:afterSettle', function (event) {
    if (event.target.id === 'rows' || event.target.id === 'main') d.getElementById('newer').hidden = true;
    if (!polled(event) || counts() === counted) return;
    counted = counts();
    soon();
  });

  function boxes() { return Array.from(d.querySelectorAll('input[form=bulk][name=ref]')); }
  function show() {
    var all = d.getElementById('pick-all'), said = d.getElementById('picked'), rows = boxes();
    var picked = rows.filter(function (box) { return box.checked; }).length;
    rows.forEach(function (box) { box.closest('tr').classList.toggle('sel', box.checked); });
    if (said && picked) said.textContent = said.getAttribute('data-picked').replace('0', picked);
    if (!all) return;
    d.getElementById('pick-all-box').hidden = false;
    all.checked = picked > 0 && picked === rows.length;
    all.indeterminate = picked > 0 && picked < rows.length;
  }
  d.addEventListener('change', function (event) {
    if (event.target.id === 'pick-all') {
      boxes().forEach(function (box) { box.checked = event.target.checked; });
    }
    show();
  });
  d.addEventListener('htmx:afterSettle', show);
  show();
})(document, window);
