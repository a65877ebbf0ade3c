// Runs before anything is drawn: takes the chosen theme, or the system's; draws maps; finds a guard again that was started anew.
(() => {
  'use strict';
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
  const isDark = () => { const theme = chosen(); return theme ? theme === 'dark' : system.matches; };
  // The cookie tells the next document's guard what to draw first: parts that change their colours a second later would flash.
  const put = theme => {
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;
  };
  const show = () => put(isDark() ? 'dark' : 'light');
  show();
  let page = null;
  system.addEventListener('change', () => {
    show();
    if (page) page.invokeMethodAsync('ThemeChanged', isDark());
  });
  // The router would only scroll there: whoever goes by the keyboard must land there.
  document.addEventListener('click', event => {
    if (!event.target.closest?.('a.skip')) return;
    event.preventDefault();
    document.getElementById('content')?.focus();
  }, true);
  // Whoever chose a place has done with the menu.
  document.addEventListener('click', event => event.target.closest?.('[popover] a')?.closest('[popover]').hidePopover?.());

  // The outlines of countries are a file that browsers keep; pages only name the countries.
  const world = document.currentScript.dataset.world;
  let shapes = null;
  const load = async () => {
    const answer = await fetch(world);
    if (!answer.ok) throw new Error(`${world}: ${answer.status}`);
    return new Map((await answer.text()).split('\n').filter(line => line.length > 3 && line[0] !== '#').map(line => [line.slice(0, 2), line.slice(3)]));
  };
  const draw = async () => {
    const waiting = document.querySelectorAll('svg.map path[data-country]:not([d])');
    if (waiting.length === 0) return;
    try {
      const known = await (shapes ??= load());
      for (const path of waiting) path.setAttribute('d', known.get(path.dataset.country) ?? '');
    } catch {
      // Asked for again with the next change of the page.
      shapes = null;
    }
  };
  new MutationObserver(draw).observe(document.documentElement, { childList: true, subtree: true });

  // Moments are told in the reader's time zone; the server, which does not know it, told UTC.
  const shown = new WeakMap();
  // English is read everywhere: the year first, as ISO 8601 and Swedish have it, is understood the same by all.
  const tell = () => {
    const format = new Intl.DateTimeFormat(document.documentElement.lang === 'en' ? 'sv' : document.documentElement.lang || undefined, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
    const ago = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: 'always', style: 'short' });
    for (const time of document.querySelectorAll('time[datetime]')) {
      const at = time.getAttribute('datetime');
      const minutes = Math.round((new Date(at) - Date.now()) / 60000);
      const said = time.dataset.relative === undefined || Math.abs(minutes) >= 1440 ? at : `${at} ${minutes}`;
      if (shown.get(time) === said || !time.firstChild) continue;
      const clock = time.dataset.seconds !== undefined ? 'medium' : time.dataset.minutes !== undefined ? 'short' : '';
      const local = clock ? new Date(at).toLocaleTimeString(document.documentElement.lang === 'en' ? 'sv' : document.documentElement.lang, { timeStyle: clock }) : format.format(new Date(at)).replace(',', '');
      // The pointer is told UTC, and the reader's own time where the text only says how long ago it was.
      if (said !== at && !time.title.includes(local)) time.title = `${local} · ${time.title}`;
      shown.set(time, said);
      time.firstChild.nodeValue = said === at ? local : Math.abs(minutes) < 60 ? ago.format(minutes, 'minute') : ago.format(Math.round(minutes / 60), 'hour');
    }
  };
  setInterval(() => tell(), 20000);
  new MutationObserver(tell).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ['datetime'] });

  // A guard that was started again knows nothing of this page: it is loaded anew, where it stood, and the session goes on.
  const patience = ms => new Promise(done => setTimeout(done, ms));
  let lost = false;
  const banner = () => document.documentElement.toggleAttribute('data-lost', lost);
  const findAgain = async () => {
    if (lost) return;
    lost = true;
    banner();
    for (let attempt = 0; lost; attempt++) {
      try {
        if (await Blazor.reconnect()) return;
        if ((await fetch(location.href, { cache: 'no-store', headers: { accept: 'text/html' } })).ok) {
          location.reload();
          return;
        }
      } catch { /* nobody answers yet */ }
      await patience(attempt < 120 ? 1000 : 3000);
    }
  };
  document.addEventListener('DOMContentLoaded', () => window.Blazor?.start({
    circuit: { reconnectionHandler: { onConnectionDown: () => { findAgain(); }, onConnectionUp: () => { lost = false; banner(); } } },
  }));

  // Unsaved changes end with signing out.
  document.addEventListener('submit', event => {
    if (event.target.getAttribute?.('action') !== '/sign-in/out') return;
    try { for (const key of Object.keys(localStorage)) if (key.startsWith('draft:')) localStorage.removeItem(key); } catch { /* none were kept */ }
  }, true);

  window.accountGuard = {
    watchTheme(reference) { page = reference; return isDark(); },
    chooseTheme(dark) {
      try { localStorage.setItem('theme', dark ? 'dark' : 'light'); } catch { /* not kept: holds until the page is left */ }
      put(dark ? 'dark' : 'light');
    },
    draft(key) { try { return localStorage.getItem(key); } catch { return null; } },
    keepDraft(key, text) { try { text === null ? localStorage.removeItem(key) : localStorage.setItem(key, text); } catch { /* not kept */ } },
    focus(selector) { document.querySelector(selector)?.focus(); },
  };
})();
