// Keys: "/" to the search box, "?" for this list. Never while somebody types.
// No destructuring in these files: the oldest browsers get it wrong, and esbuild refuses it.
const kKeys = [{ key: '/', does: '到搜索框' }, { key: '?', does: '显示这张表' }, { key: 'Tab', does: '到下一个可操作处' }, { key: 'Enter', does: '打开、提交' }, { key: 'Esc', does: '关闭' }];

function help(): void {
  const dialog = document.createElement('dialog') as HTMLDialogElement;
  if (!dialog.showModal) {
    const link = document.querySelector<HTMLAnchorElement>('a[data-keys]');
    if (link) location.href = link.href;
    return;
  }
  dialog.className = 'keys';
  dialog.setAttribute('aria-label', '键盘快捷键');
  const title = document.createElement('h2');
  title.textContent = '键盘快捷键';
  const list = document.createElement('dl');
  list.className = 'dl';
  kKeys.forEach(entry => {
    const dt = document.createElement('dt'), dd = document.createElement('dd'), kbd = document.createElement('kbd');
    kbd.textContent = entry.key;
    dt.appendChild(kbd);
    dd.textContent = entry.does;
    list.appendChild(dt);
    list.appendChild(dd);
  });
  const close = document.createElement('button');
  close.className = 'btn';
  close.textContent = '关闭';
  close.onclick = () => dialog.close();
  [title, list, close].forEach(n => dialog.appendChild(n));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.appendChild(dialog);
  dialog.showModal();
}

export function install(): void {
  document.addEventListener('keydown', e => {
    const at = e.target as HTMLElement;
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable) return;
    if (e.key === '/') {
      const box = document.getElementById('q');
      if (box) { e.preventDefault(); box.focus(); }
    } else if (e.key === '?' && !document.querySelector('dialog.keys')) {
      e.preventDefault();
      help();
    }
  });
  document.addEventListener('click', e => {
    const link = (e.target as Element).closest('a[data-keys]');
    if (link && 'HTMLDialogElement' in window) { e.preventDefault(); help(); }
  });
}
