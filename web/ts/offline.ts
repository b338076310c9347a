// What forms that work without network share.

// Keeps this page and what it is shown with, to be opened without network; `scope` is where the pages of its kind lie.
export function keepPage(scope: string): void {
  if (!('serviceWorker' in navigator)) return;
  const assets: string[] = [];
  document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]').forEach(l => assets.push(new URL(l.href).pathname));
  document.querySelectorAll<HTMLScriptElement>('script[src]').forEach(s => assets.push(new URL(s.src).pathname));
  document.querySelectorAll('use').forEach(u => assets.push((u.getAttribute('href') || '').split('#')[0]));
  const urls = [location.pathname].concat(assets.filter((a, i) => a && assets.indexOf(a) === i));
  navigator.serviceWorker.register('/worker.js', { scope })
    .then(registration => {
      const tell = (w: ServiceWorker) => w.postMessage({ keep: urls });
      if (registration.active) { tell(registration.active); return; }
      const coming = registration.installing || registration.waiting;
      if (coming) coming.addEventListener('statechange', () => { if (coming.state === 'activated') tell(coming); });
    })
    .catch(() => undefined);  // without it the form still keeps itself, it only does not open without network
}

export function time(at: number): string {
  const d = new Date(at), two = (n: number) => (n < 10 ? '0' : '') + n;
  return `${d.getMonth() + 1}月${d.getDate()}日 ${two(d.getHours())}:${two(d.getMinutes())}`;
}

export function show(box: HTMLElement, text: string, bad = false): void {
  box.textContent = text;
  box.className = bad ? 'visit-state bad' : 'visit-state on';
}

export function button(text: string, press: () => void): HTMLButtonElement {
  const b = document.createElement('button');
  b.type = 'button';
  b.className = 'btn';
  b.textContent = text;
  b.addEventListener('click', press);
  return b;
}
