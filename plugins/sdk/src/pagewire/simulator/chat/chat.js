// The chat page: draws what the server tells, sends what the person does. Text only ever becomes text nodes.
"use strict";

const $ = (id) => document.getElementById(id);
const { account, person } = document.body.dataset;
const known = new Map();      // mid -> bubble
let marks = { delivered: 0, read: 0, seen: true };
let typingTimer = 0;

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

async function act(what, body = {}) {
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

// ---- bubbles ----

const link = (url, text) => /^https?:/.test(url || "")
  ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text || url)
  : document.createTextNode(text || url || "");

function button(made, message) {
  if (made.type === "postback") {
    return el("button", { type: "button", onclick: () => act("press", { title: made.title, payload: made.payload }) }, made.title);
  }
  return made.url ? link(made.url, made.title || "Open") : el("small", {}, made.title || made.type);
}

function card(element, buttons, message) {
  const box = el("div");
  if (element.image_url) box.append(link(element.image_url, "Image"));
  for (const image of element.images || []) box.append(link(image.url, "Image"));
  if (element.title || element.text) box.append(el("strong", {}, element.title || element.text));
  if (element.subtitle) box.append(el("small", {}, element.subtitle));
  if (element.default_action) box.append(link(element.default_action.url));
  box.append(...(buttons || []).map((made) => button(made, message)));
  return box;
}

function attachment(made, message) {
  const payload = made.payload || {};
  if (made.type === "template") {
    const elements = payload.elements && payload.elements.length ? payload.elements : [payload];
    return el("div", { class: "cards" }, ...elements.map((e) => card(e, e.buttons, message)));
  }
  if (made.type === "like_heart") return el("div", { class: "bubble" }, "❤️");
  return el("div", { class: "bubble" }, `${made.type}: `, link(payload.url));
}

function draw(message) {
  const row = el("li", { class: message.mine ? "mine" : "theirs", "data-mid": message.mid });
  if (message.reply_to && known.has(message.reply_to)) {
    row.append(el("span", { class: "quote" }, `↩ ${known.get(message.reply_to).message.text || "attachment"}`));
  }
  if (message.unsent) row.append(el("div", { class: "bubble gone" }, "unsent"));
  if (message.text) row.append(el("div", { class: "bubble" }, message.text));
  row.append(...message.attachments.map((made) => attachment(made, message)));
  const faces = Object.values(message.reactions).join(" ");
  if (faces) row.append(el("span", { class: "faces" }, faces));
  if (!message.mine) row.append(tools(message));
  return row;
}

function tools(message) {
  const pick = (emoji) => () => act("react", { mid: message.mid, emoji: reacted(message, emoji) ? null : emoji });
  return el("span", { class: "tools" }, ...["❤️", "👍", "😆", "😮", "😢", "😠"].map((emoji) =>
    el("button", { type: "button", class: "react", title: `React with ${emoji}`, onclick: pick(emoji) }, emoji)));
}

const reacted = (message, emoji) => Object.values(known.get(message.mid).message.reactions).includes(emoji);

function place(message) {
  const row = draw(message);
  const old = known.get(message.mid);
  if (old) old.row.replaceWith(row);
  else $("bubbles").append(row);
  known.set(message.mid, { row, message });
  if (row.previousElementSibling && row.previousElementSibling.className !== row.className) row.classList.add("turn");
  if (!message.mine) stopTyping();
  after();
}

function after() {
  const all = [...known.values()].map((entry) => entry.message);
  const last = all[all.length - 1];
  $("quick").replaceChildren(...(last && !last.mine ? last.quick_replies : []).map((reply) =>
    el("button", { type: "button", onclick: () => act("tap", { title: reply.title || reply.payload || reply.content_type }) },
      reply.title || reply.content_type.replace("user_", "").replace("_", " "))));
  mark(all);
  $("bubbles").scrollTop = $("bubbles").scrollHeight;
  if (last && !last.mine && !document.hidden && last.created > marks.read) act("read");
}

function mark(all) {
  document.querySelectorAll(".mark").forEach((old) => old.remove());
  const mine = all.filter((message) => message.mine).pop();
  const theirs = all.filter((message) => !message.mine).pop();
  if (mine) known.get(mine.mid).row.append(el("span", { class: "mark" }, marks.seen ? "Seen" : "Sent"));
  if (theirs && theirs.created <= marks.delivered) {
    known.get(theirs.mid).row.append(el("span", { class: "mark" }, theirs.created <= marks.read ? "You read this" : "Delivered to you"));
  }
}

// ---- what happens ----

function stopTyping() { clearTimeout(typingTimer); $("typing").hidden = true; }

const happens = {
  message(data) { if (data.mine) marks.seen = false; place(data); },
  typing(data) {
    stopTyping();
    $("typing").hidden = !data.on;
    if (data.on) typingTimer = setTimeout(stopTyping, 20000);
  },
  seen() { marks.seen = true; after(); },
  receipt(data) { Object.assign(marks, data); mark([...known.values()].map((entry) => entry.message)); },
  reaction(data) {
    const entry = known.get(data.mid);
    if (entry) place({ ...entry.message, reactions: data.reactions });
  },
  webhook(data) {
    const good = data.status === 200;
    frame(`Webhook: ${kinds(data.body)}`, good, data.status || "no answer", data.time, [
      [`POST ${data.url}`, null], [`X-Hub-Signature-256: ${data.signature}`, null],
      ["Body", pretty(data.body)], ["Raw body", data.body], [data.reason || "answered in time", null],
    ]);
  },
  request(data) {
    frame(`Send API: ${sent(data.params)}`, data.status === 200, data.status || "connection lost", data.time, [
      [`${data.method} ${data.path}`, null], ["Parameters", pretty(data.params)], ["Answer", pretty(data.answer)],
    ]);
  },
};

function kinds(body) {
  const skip = ["sender", "recipient", "timestamp"];
  const items = JSON.parse(body).entry.flatMap((entry) => [
    ...(entry.messaging || []), ...(entry.standby || []).map((item) => ({ ...item, standby: true })), ...(entry.changes || [])]);
  return items.map((item) => {
    const kind = item.field || Object.keys(item).find((key) => !skip.includes(key));
    const told = item.message && item.message.is_echo ? "echo" : kind;
    return item.standby ? `${told} (standby)` : told;
  }).join(", ");
}

function sent(params) {
  if (params.sender_action) return params.sender_action;
  const message = typeof params.message === "string" ? JSON.parse(params.message) : params.message || {};
  const made = message.attachment || {};
  return made.type ? (made.payload && made.payload.template_type) || made.type : Object.keys(message)[0] || "nothing";
}

function pretty(value) {
  try { return JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, null, 2); } catch { return String(value); }
}

function frame(title, good, status, time, parts) {
  const clock = new Date(time).toLocaleTimeString([], { hour12: false });
  const box = el("details", {}, el("summary", {}, el("b", {}, title),
    el("span", { class: good ? "ok" : "no" }, String(status)), el("span", { class: "way" }, clock)));
  for (const [label, code] of parts) {
    box.append(el("div", { class: "label" }, label));
    if (code) box.append(el("pre", {}, code));
  }
  $("frames").prepend(el("li", {}, box));
  while ($("frames").children.length > 100) $("frames").lastChild.remove();
}

// ---- start ----

async function load() {
  const query = new URLSearchParams({ account, person });
  const thread = await (await fetch(`/chat/thread?${query}`)).json();
  marks = { delivered: thread.delivered, read: thread.read, seen: thread.seen };
  known.clear();
  $("bubbles").replaceChildren();
  thread.messages.forEach(place);
}

function listen() {
  const source = new EventSource(`/chat/events?${new URLSearchParams({ account, person })}`);
  source.onopen = () => { $("link").textContent = "live"; $("link").className = "up"; load(); };
  source.onerror = () => { $("link").textContent = "simulator not reachable, trying again"; $("link").className = ""; };
  source.onmessage = (event) => {
    const { kind, data } = JSON.parse(event.data);
    if (happens[kind]) happens[kind](data);
  };
}

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  const url = $("url").value.trim();
  if (!text && !url) return;
  const attachments = url ? [{ type: $("kind").value, payload: { url } }] : [];
  if (await act("say", { text: text || null, attachments })) {
    $("text").value = $("url").value = "";
    $("attach").open = false;
  }
});
$("start").addEventListener("click", () => act("postback", { title: "Get started", payload: "GET_STARTED" }));
$("clear").addEventListener("click", () => $("frames").replaceChildren());
document.querySelectorAll("[data-panel]").forEach((tab) => tab.addEventListener("click", () => {
  document.querySelector("main").dataset.show = tab.dataset.panel;
  document.querySelectorAll("[data-panel]").forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
}));
document.addEventListener("visibilitychange", () => { if (!document.hidden) after(); });
if (account && person) listen();
