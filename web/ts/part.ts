// Partial updates: a link or form with data-part="id" asks for its page with X-Part: id and replaces that element only.
// When anything is not as expected the browser goes to the page in the ordinary way.

export const woken: Array<(root: ParentNode) => void> = [];

let running: AbortController | null = null;
// What the page shows now: going to an anchor fires popstate as well, and must not fetch anything.
const address = () => location.pathname + location.search;
let shown = address();

export function push(url: string, id: string): void {
  history.pushState({ id }, '', url);
  shown = address();
}

export function say(text: string): void {
  const live = document.getElementById('live');
  if (live) live.textContent = text;
}

// Puts the element `id` of a whole page's HTML in place of ours; false where the page has no such element.
export function put(html: string, id: string): boolean {
  const box = document.getElementById(id);
  const page = new DOMParser().parseFromString(html, 'text/html');
  const fresh = page.getElementById(id);
  if (!box || !box.parentNode || !fresh) return false;
  const active = document.activeElement;
  const keep = active && box.contains(active) ? active.id : '';
  box.parentNode.replaceChild(document.adoptNode(fresh), box);
  if (page.title) document.title = page.title;
  // A summary of errors goes before the place where the person was.
  const focus = fresh.querySelector<HTMLElement>('[data-focus]') || (keep ? document.getElementById(keep) : null);
  if (focus) focus.focus();
  say(fresh.getAttribute('data-say') || '');
  woken.forEach(wake => wake(fresh));
  return true;
}

export async function swap(url: string, id: string, keep: boolean, init?: RequestInit): Promise<void> {
  const box = document.getElementById(id);
  if (!box || !('AbortController' in window)) { location.href = url; return; }
  if (running) running.abort();
  const mine = running = new AbortController();
  const timer = setTimeout(() => mine.abort(), 15000);
  box.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(url, Object.assign({ headers: { 'X-Part': id }, signal: mine.signal, credentials: 'same-origin' }, init));
    const type = answer.headers.get('content-type') || '';
    if ((!answer.ok && answer.status !== 422) || type.indexOf('text/html') !== 0) throw new Error(String(answer.status));
    if (!put(await answer.text(), id)) { location.href = answer.url; return; }
    if (keep || answer.redirected) push(answer.url, id);
  } catch (e) {
    // Aborted by a newer request: that one shows its own result. A time-out aborts as well, but then we are the newest.
    if ((e as Error).name === 'AbortError' && running !== mine) return;
    if (init && init.method === 'POST') {
      box.removeAttribute('aria-busy');
      say('没有收到答复，内容还在页面上，请检查网络后再试。');
      unlock(document);
    } else {
      location.href = url;
    }
  } finally { clearTimeout(timer); }
}

// Buttons locked by the double-submit guard become usable again.
export function unlock(root: ParentNode): void {
  root.querySelectorAll<HTMLButtonElement>('button[data-locked]').forEach(b => { b.disabled = false; b.removeAttribute('data-locked'); });
}

export function install(): void {
  document.addEventListener('click', e => {
    const link = (e.target as Element).closest<HTMLAnchorElement>('a[data-part]');
    if (!link || e.defaultPrevented || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || e.button) return;
    e.preventDefault();
    swap(link.href, link.getAttribute('data-part')!, true);
  });
  addEventListener('popstate', e => {
    if (address() === shown) return;
    shown = address();
    const id = (e.state && e.state.id) || document.body.getAttribute('data-part') || 'main';
    swap(location.href, id, false);
  });
}
