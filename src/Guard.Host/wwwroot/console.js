// Runs before anything is drawn: takes the chosen theme, or the system's.
(() => {
  'use strict';
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
  const isDark = () => { const theme = chosen(); return theme ? theme === 'dark' : system.matches; };
  const show = () => document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
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
  window.accountGuard = {
    watchTheme(reference) { page = reference; return isDark(); },
    chooseTheme(dark) {
      try { localStorage.setItem('theme', dark ? 'dark' : 'light'); } catch { /* not kept: holds until the page is left */ }
      document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    },
    focus(selector) { document.querySelector(selector)?.focus(); },
  };
})();
