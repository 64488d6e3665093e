// Runs before anything is painted: switches one of the two palettes off, so that no page flashes in the wrong one.
(() => {
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const dark = (stored() ?? (preferred.matches ? "dark" : "light")) === "dark";
    for (const [name, on] of [["light", !dark], ["dark", dark]]) {
      for (const style of document.querySelectorAll(`#palette-${name} style`)) style.media = on ? "all" : "not all";
    }
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    dispatchEvent(new Event("theme"));
  };
  window.switchTheme = () => {
    try { localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark"); } catch { /* private mode: stays for this page only */ }
    apply();
  };
  preferred.addEventListener("change", apply);
  apply();
})();
