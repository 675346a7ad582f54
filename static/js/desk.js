// Adds speed, never ability: everything here can be done with links and forms.
(() => {
  const root = document.documentElement, $ = (s, e = document) => e.querySelector(s), all = (s) => [...document.querySelectorAll(s)];
  const theme = $("[data-theme-switch]");
  theme?.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    localStorage.setItem("theme", root.dataset.theme = dark ? "light" : "dark");
  });

  // Density is the reader's own and stays with the browser.
  const compact = $("#compact");
  if (compact) {
    compact.checked = localStorage.getItem("density") === "compact";
    compact.closest("fieldset").addEventListener("change", () => localStorage.setItem("density", compact.checked ? "compact" : ""));
  }

  const picks = () => all(".queue tbody .pick input"), every = $("[data-all]");
  every?.addEventListener("change", () => picks().forEach((pick) => { pick.checked = every.checked; }));

  // j and k move real focus along the subjects, so Enter opens and a screen reader follows.
  const subjects = () => all(".queue .subject, .lines .subject");
  const here = () => $(".queue tr:focus-within, .lines li:focus-within");
  const go = (step) => {
    const rows = subjects(), at = rows.indexOf(here() && $(".subject", here()));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  // What a key does on this page stands on its element: a field is focused, all else clicked.
  const use = (key) => {
    const found = $(`[data-key="${CSS.escape(key)}"]`);
    if (key === "a" && here() && !picks().some((pick) => pick.checked)) $(".pick input", here())?.click();
    if (!found) return false;
    found.matches("input, select, textarea") ? found.focus() : found.click();
    return true;
  };
  const mode = (name) => {
    const radio = $(`.compose .as-${name}`), row = here() && $(".subject", here());
    if (radio) { radio.checked = true; $(".compose textarea").focus(); }
    else if (row && $(".queue")) location.assign(`${row.href}?mode=${name}#compose`);
  };
  const popover = (id) => { const box = $(id); box?.togglePopover(); return Boolean(box); };
  const keys = {
    j: () => go(1), k: () => go(-1),
    o: () => here() && $(".subject", here())?.click(),
    x: () => here() && $(".pick input", here())?.click(),
    r: () => mode("reply"), n: () => mode("note"),
    "/": () => use("/") || $("[type=search]")?.focus(),
    "?": () => popover("#keys"),
  };
  // On a Russian keyboard the key of "j" says "о": what counts is the key, unless it says a Latin letter elsewhere.
  const named = (e) => /^[a-z]$/i.test(e.key) || !/^Key[A-Z]$/.test(e.code) ? e.key : e.code.at(-1).toLowerCase();
  const sign = (e) => (e.code === "Slash" && !/[/?]/.test(e.key) ? (e.shiftKey ? "?" : "/") : named(e));
  let before = "";
  addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.code === "KeyK" && popover("#palette")) { e.preventDefault(); return; }
    const field = e.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
    if (e.ctrlKey || e.metaKey || e.altKey || field?.checkVisibility()) return;
    const key = sign(e), gone = before === "g" && key === "q" && $('.spaces a[href$="/desk/"]');
    before = key;
    if (gone) gone.click();
    else if (keys[key]) { e.preventDefault(); keys[key](); }
    else if (/^[a-z]$/.test(key) && use(key)) e.preventDefault();
  });

  // Typing in the palette leaves only the links that match; Enter then opens the first, else searches.
  const typed = $("#palette [type=search]");
  const links = () => all("#palette li").filter((item) => !item.hidden);
  typed?.addEventListener("input", () => all("#palette li").forEach((item) => {
    item.hidden = !item.textContent.toLowerCase().includes(typed.value.trim().toLowerCase());
  }));
  typed?.form.addEventListener("submit", (e) => {
    if (/\d/.test(typed.value) || !links().length) return;
    e.preventDefault();
    $("a", links()[0]).click();
  });

  // A strip that scrolls on a phone begins where one is.
  all(".rail, .rooms").forEach((strip) => {
    const at = $("[aria-current]", strip);
    if (at) strip.scrollLeft = at.offsetLeft - (strip.clientWidth - at.offsetWidth) / 2;
  });

  document.addEventListener("click", (e) => {
    const away = e.target.closest("[data-dismiss]");
    if (away) { e.preventDefault(); away.closest(".toast").remove(); }
  });
})();
