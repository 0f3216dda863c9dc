/* The roster: picking everybody on the page, and how many are picked. Without it the boxes work one by one. */
(function (d) {
  'use strict';
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
})(document);
