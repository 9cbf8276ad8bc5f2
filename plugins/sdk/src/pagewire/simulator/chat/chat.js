// The chat page: draws what the server tells, sends what the person does.
import { $, account, act, el, person, picture } from "./make.js";
import { draw, known, quote } from "./bubbles.js";
import { offers, owner, setUp } from "./acts.js";
import { request, webhook } from "./wire.js";

let marks = { delivered: 0, read: 0, seen: true };
let typingTimer = 0;

function place(message) {
  const row = draw(message);
  const old = known.get(message.mid);
  if (old) old.row.replaceWith(row);
  else $("bubbles").append(row);
  known.set(message.mid, { row, message });
  const before = row.previousElementSibling;
  if (before && before.classList[0] !== row.classList[0]) row.classList.add("turn");
  $("breakers").replaceChildren();
  if (!message.mine) stopTyping();
  after();
}

function note(comment) {
  const where = comment.visitor ? "on the wall" : comment.live ? "on the broadcast" : "on a post";
  $("bubbles").append(el("li", { class: "note" }, `You wrote publicly ${where}: `, el("q", {}, comment.text)));
  $("bubbles").scrollTop = $("bubbles").scrollHeight;
}

const contact = { user_phone_number: "☎ Share phone number", user_email: "✉ Share e-mail" };

function quick(reply) {
  const press = () => act("tap", { title: reply.title || reply.payload || reply.content_type });
  return el("button", { type: "button", onclick: press }, reply.image_url ? picture(reply.image_url) : null, reply.title || contact[reply.content_type] || "");
}

function after() {
  const all = [...known.values()].map((entry) => entry.message);
  const last = all[all.length - 1];
  $("quick").replaceChildren(...(last && !last.mine ? last.quick_replies : []).map(quick));
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

function stopTyping() { clearTimeout(typingTimer); $("typing").hidden = true; }

const happens = {
  message(data) { if (data.mine) marks.seen = false; place(data); },
  typing(data) {
    stopTyping();
    $("typing").hidden = !data.on;
    $("typing").querySelector("span").textContent = data.persona ? `${data.persona.name} is typing` : "typing";
    if (data.on) typingTimer = setTimeout(stopTyping, 20000);
  },
  seen() { marks.seen = true; after(); },
  receipt(data) { Object.assign(marks, data); mark([...known.values()].map((entry) => entry.message)); },
  reaction(data) {
    const entry = known.get(data.mid);
    if (entry) place({ ...entry.message, reactions: data.reactions });
  },
  comment: note, owner, webhook, request,
};

async function load() {
  const query = new URLSearchParams({ account, person });
  const thread = await (await fetch(`/chat/thread?${query}`)).json();
  marks = { delivered: thread.delivered, read: thread.read, seen: thread.seen };
  known.clear();
  $("bubbles").replaceChildren();
  const said = [...thread.messages, ...thread.comments].sort((one, other) => one.created - other.created);
  for (const each of said) (each.mid ? place : note)(each);
  owner(thread.owner);
  offers(thread);
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

async function send(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  const url = $("url").value.trim();
  if (!text && !url) return;
  const attachments = url ? [{ type: $("kind").value, payload: { url } }] : [];
  if (await act("say", { text: text || null, attachments, reply_to: $("quoting").dataset.mid || null })) {
    $("text").value = $("url").value = "";
    $("attach").open = false;
    quote(null);
  }
}

$("composer").addEventListener("submit", send);
$("unquote").addEventListener("click", () => quote(null));
$("clear").addEventListener("click", () => $("frames").replaceChildren());
document.querySelectorAll("[data-panel]").forEach((tab) => tab.addEventListener("click", () => {
  document.querySelector("main").dataset.show = tab.dataset.panel;
  document.querySelectorAll("[data-panel]").forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
}));
document.addEventListener("visibilitychange", () => { if (!document.hidden) after(); });
setUp();
if (account && person) listen();
