// The live page: rows that the server drew, put on top as they come. At most two updates a second, however many events there are.
"use strict";

const KEPT = 200;
const SAY_EVERY = 5000;
const RELOAD_AFTER = 1500;

const live = document.querySelector("[data-live]");
const body = document.querySelector("main tbody");
const pause = document.querySelector("[data-live-pause]");
const state = document.querySelector("[data-live-state]");
const said = document.querySelector("[data-live-said]");
const [rate, total] = live.querySelectorAll(".value");
const [area, line] = ["area", "line"].map((name) => {
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("class", name);
  live.querySelector("svg").append(path);
  return path;
});

let source = null;
let after = live.dataset.liveAfter;
let count = 0;
let unsaid = 0;

const take = (message) => {
  const update = JSON.parse(message.data);
  after = message.lastEventId || after;
  count += update.count;
  unsaid += update.count;
  rate.textContent = update.rate;
  total.textContent = count.toLocaleString("en");
  area.setAttribute("d", update.line.area);
  line.setAttribute("d", update.line.path);
  // The server escapes everything in these rows, as on every page.
  if (update.rows) body.insertAdjacentHTML("afterbegin", update.rows);
  while (body.rows.length > KEPT) body.deleteRow(-1);
  showTimes();
};

const open = () => {
  const address = new URL(live.dataset.live, location.href);
  address.searchParams.set("after", after);
  source = new EventSource(address);
  source.addEventListener("open", () => { state.textContent = "live"; });
  source.addEventListener("error", () => {
    state.textContent = "connection lost, trying again";
    // The browser gives up where it is refused; the page itself then says why, or leads to the log-in.
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), RELOAD_AFTER);
  });
  source.addEventListener("events", take);
};

const stop = () => {
  source?.close();
  source = null;
};

pause.hidden = false;
pause.addEventListener("click", () => {
  const pausing = source !== null;
  pausing ? stop() : open();
  state.textContent = pausing ? "paused" : "connecting";
  pause.textContent = pausing ? "Go on" : "Pause";
  pause.setAttribute("aria-pressed", String(pausing));
});

// Ears get a number now and then, not every row.
setInterval(() => {
  if (unsaid) said.textContent = `${unsaid} new events`;
  unsaid = 0;
}, SAY_EVERY);
window.addEventListener("pagehide", stop);
window.addEventListener("pageshow", (event) => { if (event.persisted && source === null) open(); });
open();
