// Ahead of the first paint, so that nobody who chose dark is flashed at. A file of its own, since the page's policy lets
// no script stand in it; kept small, since painting waits for it.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  const language = localStorage.getItem('language');
  if (language === 'en') document.documentElement.lang = 'en';
} catch {
  // Storage may be forbidden; then the system's own choice it is.
}
