// Conveniences of the console. Every page can be read, and every form sent, without this file.
"use strict";

const THEMES = ["system", "light", "dark"];

// The choice is set before the page is drawn, so that it does not flash in the other colours.
const root = document.documentElement;
const chosen = () => {
  try { return localStorage.getItem("pagewire-theme") || "system"; } catch { return "system"; }
};
const dress = (theme) => (theme === "system" ? delete root.dataset.theme : (root.dataset.theme = theme));
dress(chosen());

document.addEventListener("DOMContentLoaded", () => {
  const theme = document.querySelector("[data-theme-button]");
  const name = () => theme && (theme.textContent = `Colours: ${chosen()}`);
  if (theme) {
    theme.hidden = false;
    name();
    theme.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length];
      try { localStorage.setItem("pagewire-theme", next); } catch { /* private windows keep nothing */ }
      dress(next);
      name();
    });
  }
  const keys = document.querySelector("[data-keys-button]");
  if (keys) {
    keys.hidden = false;
    keys.addEventListener("click", showKeys);
  }
  document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  showTimes();
  setInterval(showTimes, 10_000);
});
document.addEventListener("htmx:after:swap", () => showTimes());

const showKeys = () => document.querySelector("dialog[data-keys]")?.showModal();

// Ages of things, kept up to date; the exact time is in the title.
const UNITS = [[86_400, "d"], [3_600, "h"], [60, "min"], [1, "s"]];
function showTimes() {
  for (const one of document.querySelectorAll("time[data-age]")) {
    const seconds = Math.round((Date.now() - Date.parse(one.dateTime)) / 1000);
    const size = Math.abs(seconds);
    const [unit, word] = UNITS.find(([length]) => size >= length) || UNITS[3];
    const amount = `${Math.floor(size / unit)} ${word}`;
    one.textContent = size < 1 ? "now" : seconds < 0 ? `in ${amount}` : `${amount} ago`;
  }
}

// Keys: "g" and a letter go somewhere, "/" searches, "j" and "k" walk through rows, "?" tells.
let going = 0;
const rows = () => [...document.querySelectorAll("[data-row] a[href]:first-of-type")]
  .filter((link, at, all) => at === 0 || link.closest("[data-row]") !== all[at - 1].closest("[data-row]"));
const walk = (step) => {
  const all = rows();
  const next = all[all.indexOf(document.activeElement) + step] || (step > 0 ? all[0] : null);
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};
const KEYS = {
  "?": showKeys,
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
  g: () => { going = Date.now(); },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
  const link = Date.now() - going < 1500 && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  going = 0;
  const act = link ? () => link.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
