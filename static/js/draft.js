/* The form of a draft: with each preview the server says what is wrong by now. What was red and is mended is red no more;
   what is wrong in another way says so. What was never red is not, before it is saved. Without it that comes with saving. */
(function (d) {
  'use strict';
  function described(control, id) {
    var by = (control.getAttribute('aria-describedby') || '').split(' ').filter(function (one) { return one !== id; });
    if (by.join('')) control.setAttribute('aria-describedby', by.join(' ')); else control.removeAttribute('aria-describedby');
    control.removeAttribute('aria-invalid');
  }
  function mend(name) {
    var told = d.getElementById(name + '-err'), control = d.getElementById(name), field = told && told.closest('.field--bad');
    if (told) told.remove();
    if (field && !field.querySelector('.err')) field.classList.remove('field--bad');
    if (control) described(control, name + '-err');
  }
  function say(told, link, words) {
    var last = told.firstChild.lastChild, was = last.data;
    if (was === words) return;
    last.data = words;
    link.textContent = link.textContent.slice(0, -was.length) + words;
  }
  d.addEventListener('htmx:afterSettle', function () {
    var sum = d.getElementById('errsum'), wrong = d.getElementById('preview').dataset.wrong, head, left;
    if (!sum || wrong === undefined) return;
    wrong = JSON.parse(wrong);
    sum.querySelectorAll('li a').forEach(function (link) {
      var name = link.hash.slice(1), told = d.getElementById(name + '-err');
      if (!(name in wrong)) { mend(name); link.closest('li').remove(); }
      else if (told) say(told, link, wrong[name]);
    });
    left = sum.querySelectorAll('li').length;
    head = d.getElementById('errsum-h');
    if (!left) { sum.remove(); return; }
    head.textContent = left === 1 ? head.dataset.one : head.dataset.more.replace('0', left);
  });
})(document);
