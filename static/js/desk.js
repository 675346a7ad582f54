// Adds speed, never ability: everything here can be done with links and forms.
(() => {
  const root = document.documentElement, $ = (s, e = document) => e.querySelector(s);
  const theme = $("[data-theme-switch]");
  if (theme) theme.hidden = false;
  theme?.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    localStorage.setItem("theme", root.dataset.theme = dark ? "light" : "dark");
  });

  // j and k move real focus along the subjects, so Enter opens and a screen reader follows.
  const rows = () => [...document.querySelectorAll(".queue .subject, .lines .subject")];
  const go = (step) => {
    const all = rows(), at = all.findIndex((row) => row === document.activeElement);
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select")) return;
    if (e.key === "j") go(1);
    if (e.key === "k") go(-1);
  });
})();
