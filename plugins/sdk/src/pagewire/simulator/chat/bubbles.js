// One message as its reader sees it: text, media, stickers, quotes, reactions, and what can be done with it.
import { $, act, el, fileName, instagram, link, picture, shape } from "./make.js";
import { template } from "./templates.js";

const THUMBS = ["369239263222822", "369239343222814", "369239383222810"];
const NAMES = { 767200000000001: "Hello!", 767200000000002: "Thank you!", 767200000000003: "See you!", 767200000000004: "Yes", 767200000000005: "No" };
const EMOJI = ["❤️", "👍", "😆", "😮", "😢", "😠"];

export const known = new Map(); // mid -> { row, message }

function attachment(made, message) {
  const payload = made.payload || {};
  switch (made.type) {
    case "template": return template(payload, message);
    case "image": return el("div", { class: "media" }, link(payload.url, picture(payload.url, "Picture")));
    case "video": return el("div", { class: "media video" }, link(payload.url, [picture(payload.url, "Video"), el("span", { class: "play", "aria-hidden": "true" }, "▶")]));
    case "audio": return el("div", { class: "bubble audio" }, link(payload.url, [el("span", { class: "play", "aria-hidden": "true" }, "▶"), wave(payload.url), el("small", {}, fileName(payload.url))], { title: payload.url }));
    case "file": return el("div", { class: "bubble file" }, el("span", { class: "sheet", "aria-hidden": "true" }), link(payload.url, fileName(payload.url), { title: payload.url }));
    case "like_heart": return el("div", { class: "sticker" }, shape("heart", "Heart"));
    case "sticker": return sticker(payload);
    case "share": return el("div", { class: "card post" }, picture(payload.url, "Post"), el("div", { class: "body" }, el("strong", {}, "Post"), link(payload.url)));
    default: return el("div", { class: "bubble" }, `${made.type} `, link(payload.url));
  }
}

function sticker(payload) {
  const id = payload.sticker_id;
  if (THUMBS.includes(String(id))) return el("div", { class: "sticker" }, shape("thumb", "Like"));
  return el("div", { class: "sticker drawn", title: `sticker ${id}` }, NAMES[id] || "Sticker");
}

function wave(url) {
  const bars = Array.from({ length: 22 }, (_, at) => el("i", { class: `h${((url || "").charCodeAt(at % (url || "x").length) + at * 7) % 6}` }));
  return el("span", { class: "wave", "aria-hidden": "true" }, bars);
}

function above(message) {
  const parts = [];
  if (message.private) parts.push(el("span", { class: "quote" }, "Replied privately to your comment: ", el("q", {}, message.private)));
  if (message.persona) parts.push(el("span", { class: "persona" }, picture(message.persona.picture), message.persona.name));
  if (message.story) parts.push(el("span", { class: "quote story" }, "You replied to their story", picture(message.story.url)));
  const quoted = known.get(message.reply_to);
  if (quoted) parts.push(el("span", { class: "quote" }, `↩ ${quoted.message.text || "attachment"}`));
  return parts;
}

export function draw(message) {
  const row = el("li", { class: message.mine ? "mine" : "theirs", "data-mid": message.mid }, above(message));
  if (message.unsent) row.append(el("div", { class: "bubble gone" }, "You unsent a message"));
  if (message.text) row.append(el("div", { class: "bubble" }, message.text));
  const shown = message.attachments.filter((made, at, all) => !(made.type === "image" && (made.payload || {}).sticker_id && all.length > 1));
  const several = shown.length > 1 && shown.every((made) => made.type === "image");
  const drawn = shown.map((made) => attachment(made, message));
  row.append(...(several ? [el("div", { class: `album n${Math.min(drawn.length, 4)}` }, drawn)] : drawn));
  const faces = Object.values(message.reactions).join(" ");
  if (faces) row.append(el("span", { class: "faces", role: "img", "aria-label": `Reactions ${faces}` }, faces));
  if (message.edits) row.append(el("small", { class: "edited" }, "Edited"));
  if (!message.unsent) row.append(tools(message));
  return row;
}

const reacted = (message, emoji) => Object.values(known.get(message.mid).message.reactions).includes(emoji);
const tool = (title, text, onclick, name = "tool") => el("button", { type: "button", class: name, title, "aria-label": title, onclick }, text);

function tools(message) {
  const pick = (emoji) => () => act("react", { mid: message.mid, emoji: reacted(message, emoji) ? null : emoji });
  const box = el("span", { class: "tools" }, tool("Reply", "↩", () => quote(message)));
  if (!message.mine) box.append(...EMOJI.map((emoji) => tool(`React with ${emoji}`, emoji, pick(emoji), "react")));
  if (message.mine && message.text) box.append(tool("Edit", "✎", () => edit(message)));
  if (message.mine && instagram) box.append(tool("Unsend", "⌫", () => act("change", { mid: message.mid })));
  return box;
}

export function quote(message) {
  const bar = $("quoting");
  bar.dataset.mid = message ? message.mid : "";
  bar.hidden = !message;
  bar.querySelector("span").textContent = message ? `Replying to: ${message.text || "attachment"}` : "";
  $("text").focus();
}

async function edit(message) {
  const text = window.prompt("Edit your message", known.get(message.mid).message.text);
  if (text && text !== message.text) await act("change", { mid: message.mid, text });
}
