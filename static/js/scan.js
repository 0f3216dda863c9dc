/* The page at the door: codes from a camera go into the same form that a hand or a scanner types into. */
const form = document.getElementById('door');
const input = document.getElementById('code');
const camera = document.getElementById('camera');
const view = document.getElementById('camera-view');
const on = document.getElementById('camera-on');
const SAME_CODE = 4000;
let scanner = null;
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
form.addEventListener('htmx:afterRequest', (event) => {
  if (event.target !== form || !event.detail.xhr || !event.detail.xhr.status) return;
  if (event.detail.successful) input.value = '';
  else input.select();
  if (!scanner) input.focus();
});
/* The button that took a check-in back is gone with its row: whoever pressed it goes on with the next code. */
document.addEventListener('htmx:afterSettle', () => {
  if (!scanner && document.activeElement === document.body) input.focus();
});
