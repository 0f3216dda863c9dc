/* The page at the door: codes from a camera go into the same form that a hand or a scanner types into. */
const form = document.getElementById('door');
const input = document.getElementById('code');
const camera = document.getElementById('camera');
const view = document.getElementById('camera-view');
const on = document.getElementById('camera-on');
const SAME_CODE = 4000;
let scanner = null;
let sent = input.value;
let last = { text: '', at: 0 };

function found(text) {
  const now = Date.now();
  if (text === last.text && now - last.at < SAME_CODE) { last.at = now; return; }
  last = { text, at: now };
  input.value = text;
  if (navigator.vibrate) navigator.vibrate(60);
  document.getElementById('scan').click();
}

async function start() {
  on.disabled = true;
  try {
    const { default: QrScanner } = await import(camera.dataset.scanner);
    view.hidden = false;
    scanner = new QrScanner(document.getElementById('video'), (read) => found(read.data), {
      returnDetailedScanResult: true, maxScansPerSecond: 8
    });
    await scanner.start();
    on.hidden = true;
  } catch (_refused) {
    stop();
    document.getElementById('camera-none').hidden = false;
  }
  on.disabled = false;
}

function stop() {
  if (scanner) { scanner.destroy(); scanner = null; }
  view.hidden = true;
  on.hidden = false;
}

if (camera && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
  camera.hidden = false;
  on.addEventListener('click', start);
  document.getElementById('camera-off').addEventListener('click', stop);
  document.addEventListener('visibilitychange', () => { if (document.hidden) stop(); });
}
/* A code that was refused stays, to be put right. What is typed or scanned next takes the place of what was sent, also
   before that is answered. */
form.addEventListener('htmx:beforeRequest', () => { sent = input.value; input.select(); });
form.addEventListener('htmx:afterRequest', (event) => {
  if (event.target !== form || !event.detail.xhr || !event.detail.xhr.status) return;
  if (!scanner) input.focus();
  if (input.value !== sent) return;
  if (event.detail.xhr.status < 300) input.value = '';
  else input.select();
});
/* Who was sent the other way is done with: their code goes, though another form sent it. */
document.addEventListener('htmx:afterRequest', (event) => {
  const { requestConfig, xhr } = event.detail;
  if (!requestConfig || !requestConfig.elt.classList.contains('door__turn') || xhr.status >= 300) return;
  if (input.value === sent) input.value = '';
});
input.addEventListener('focus', () => { if (input.value === sent) input.select(); });
input.select();
/* The button that took a check-in back is gone with its row: whoever pressed it, far down perhaps, sees what it did and
   goes on with the next code. */
document.addEventListener('htmx:afterSettle', ({ detail: { requestConfig } }) => {
  if (!scanner && document.activeElement === document.body) input.focus({ preventScroll: true });
  if (!requestConfig || requestConfig.elt.id === 'poller') return;
  const result = document.getElementById('door-result');
  const { top, bottom } = result.getBoundingClientRect();
  if (top < 0 || bottom > window.innerHeight) result.scrollIntoView();
});
