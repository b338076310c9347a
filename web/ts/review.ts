// The review page: an item under the pointer or with the focus lights its lines in the source pane; a line lights its item.

function light(item: Element | null): void {
  document.querySelectorAll('.ln.on, .item.on').forEach(n => n.classList.remove('on'));
  if (!item) return;
  const from = Number(item.getAttribute('data-from')), to = Number(item.getAttribute('data-to'));
  let first: HTMLElement | null = null;
  for (let n = from; n <= to; n++) {
    const line = document.getElementById('L' + n);
    if (!line) continue;
    line.classList.add('on');
    if (!first) first = line;
  }
  const pane = first && (first as HTMLElement).closest<HTMLElement>('.lines');
  if (!first || !pane) return;
  // Only the pane moves, never the page under the person's pointer.
  const top = (first as HTMLElement).offsetTop - pane.offsetTop;
  if (top < pane.scrollTop || top > pane.scrollTop + pane.clientHeight - 60) pane.scrollTop = top - pane.clientHeight / 3;
}

function itemOfLine(number: number): HTMLElement | null {
  const items = document.querySelectorAll<HTMLElement>('.item[data-from]');
  let best: HTMLElement | null = null, span = Infinity;
  for (let i = 0; i < items.length; i++) {
    const from = Number(items[i].getAttribute('data-from')), to = Number(items[i].getAttribute('data-to'));
    if (number >= from && number <= to && to - from < span) { best = items[i]; span = to - from; }
  }
  return best;
}

export function install(): void {
  const over = (e: Event) => {
    const at = e.target as Element;
    const item = at.closest && at.closest('.item[data-from]');
    if (item && !item.classList.contains('on')) { light(item); item.classList.add('on'); }
  };
  document.addEventListener('mouseover', over);
  document.addEventListener('focusin', over);
  document.addEventListener('click', e => {
    const line = (e.target as Element).closest('.ln');
    if (!line || (e.target as Element).closest('.item')) return;
    const item = itemOfLine(Number(line.id.slice(1)));
    if (!item) return;
    e.preventDefault();
    light(item);
    item.classList.add('on');
    item.scrollIntoView({ block: 'center' });
  });
}
