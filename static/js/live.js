/* A page that is told: the server says when something changed, and the page then asks by itself a tenth as often. Where
   that cannot be had, or breaks, it asks as often as ever. */
(function (d, w) {
  'use strict';
  var SLOWER = 10, SILENT = 40000, LATER = 30000, SOON = 50;
  var source = null, heard = 0, asked = Date.now(), owed = false, broken = false, timer = 0;
  function poller() { return d.querySelector('#poller[data-stream]'); }
  function ask() { if (owed && !d.hidden) d.dispatchEvent(new Event('yiqi:stale')); }
  function owe(most) { owed = true; setTimeout(ask, Math.random() * most); }
  function hear() { heard = Date.now(); }
  function flows() { return !!source && source.readyState === 1 && Date.now() - heard < SILENT; }

  function shut() {
    clearTimeout(timer);
    if (source) source.close();
    source = null;
  }
  function later() {
    shut();
    timer = setTimeout(open, LATER * (1 + Math.random()));
  }
  function open() {
    var it = poller();
    shut();
    if (!it || d.hidden || !w.EventSource) return;
    source = new EventSource(it.dataset.stream);
    source.addEventListener('open', function () {
      hear();
      if (broken) owe(SOON);
      broken = false;
    });
    source.addEventListener('beat', hear);
    source.addEventListener('stale', function (event) { hear(); owe(+event.data || SOON); });
    source.addEventListener('fragment', function (event) {
      var it = poller();
      hear();
      if (!it) return;
      d.dispatchEvent(new Event('yiqi:newer')); // what was asked before is older
      w.htmx.swap(it, event.data, { swapStyle: 'outerHTML', swapDelay: 0, settleDelay: 0 });
      asked = Date.now();
    });
    source.addEventListener('error', function () {
      broken = true;
      if (this === source && this.readyState === 2) later(); // refused: the browser does not try again by itself
    });
  }

  // Of the questions that the clock asks, most are left out while the stream flows.
  d.addEventListener('htmx:beforeRequest', function (event) {
    var it = event.detail.elt, every;
    if (it !== poller() || event.detail.requestConfig.triggeringEvent) return;
    if (source && source.readyState === 1 && !flows()) { broken = true; later(); }
    every = /every (\d+)s/.exec(it.getAttribute('hx-trigger'));
    if (every && flows() && Date.now() - asked < every[1] * 1000 * SLOWER) event.preventDefault();
  });
  d.addEventListener('htmx:beforeSend', function (event) {
    if (event.detail.elt === poller()) { asked = Date.now(); owed = false; }
  });
  // A question that had to stand back while the person acted is asked when that is done.
  d.addEventListener('htmx:afterRequest', function () { if (owed) setTimeout(ask, SOON); });

  d.addEventListener('visibilitychange', function () { if (d.hidden) shut(); else open(); });
  w.addEventListener('pagehide', shut);
  w.addEventListener('pageshow', function (event) { if (event.persisted) open(); });
  w.addEventListener('online', open);
  d.addEventListener('DOMContentLoaded', open);
})(document, window);
