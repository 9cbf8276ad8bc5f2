// Small things every part of the page needs: elements, pictures, calls. Text only ever becomes text nodes.

export const $ = (id) => document.getElementById(id);
export const { account, person, object } = document.body.dataset;
export const instagram = object === "instagram";

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export async function act(what, body = {}) {
  $("problem").hidden = true;
  const answer = await fetch(`/chat/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ account, person, ...body }),
  });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    $("problem").textContent = told.error || `That did not work (${answer.status}).`;
    $("problem").hidden = false;
  }
  return answer.ok;
}

// Nothing is fetched from elsewhere: a picture is drawn from its URL by the simulator itself, unless it was uploaded here.
const shown = (url) => (url || "").startsWith(`${location.origin}/_media/`) ? url : `/chat/picture?of=${encodeURIComponent(url || "picture")}`;
export const picture = (url, alt = "") => el("img", { src: shown(url), alt, title: url || null, draggable: "false" });

// The thumb and the heart are drawn, for not every machine has a font with them in colour.
const SHAPES = {
  thumb: "M2 10.5h4V21H2zM8 21V11l4-8.4c1.9 0 2.9 1.6 2.5 3.6L14 9h6c1.3 0 2.2 1.2 1.9 2.4l-2 7.6c-.3 1.2-1.2 2-2.4 2z",
  heart: "M12 21C5 15.6 2 12.2 2 8.5 2 5.5 4.3 3.5 7 3.5c2 0 3.8 1.1 5 3 1.2-1.9 3-3 5-3 2.7 0 5 2 5 5 0 3.7-3 7.1-10 12.5z",
};
export function shape(name, label) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `shape ${name}`);
  if (label) { svg.setAttribute("role", "img"); svg.setAttribute("aria-label", label); }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

export const safe = (url) => (/^https?:/i.test(url || "") ? url : null);

export const link = (url, text, attributes = {}) => safe(url)
  ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...attributes }, text || url)
  : el("span", attributes, text || url || "");

export const fileName = (url) => {
  try { return decodeURIComponent(new URL(url).pathname.split("/").pop()) || new URL(url).hostname; } catch { return url || "file"; }
};

export function money(amount, currency) {
  try { return new Intl.NumberFormat("en", { style: "currency", currency }).format(amount); } catch { return `${amount} ${currency}`; }
}

// A dialog made on the spot; resolves with the form's values, or null.
export function ask(title, fields, done) {
  const form = el("form", { method: "dialog" }, el("h2", {}, title), ...fields,
    el("div", { class: "row" }, el("button", { type: "button", onclick: () => box.close() }, "Cancel"),
      el("button", { class: "go" }, done)));
  const box = el("dialog", {}, form);
  return new Promise((resolve) => {
    let values = null;
    form.addEventListener("submit", () => { values = Object.fromEntries(new FormData(form)); });
    box.addEventListener("close", () => { box.remove(); resolve(values); });
    document.body.append(box);
    box.showModal();
  });
}

export const field = (name, label, attributes = {}) => el("label", {}, label, el("input", { name, ...attributes }));
