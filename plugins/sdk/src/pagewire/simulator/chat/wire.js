// The right-hand side: webhooks out, Send API calls in.
import { $, el } from "./make.js";

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

export function webhook(data) {
  frame(`Webhook: ${kinds(data.body)}`, data.status === 200, data.status || "no answer", data.time, [
    [`POST ${data.url}`, null], [`X-Hub-Signature-256: ${data.signature}`, null],
    ["Body", pretty(data.body)], ["Raw body", data.body], [data.reason || "answered in time", null],
  ]);
}

export function request(data) {
  frame(`Send API: ${sent(data.params)}`, data.status === 200, data.status || "connection lost", data.time, [
    [`${data.method} ${data.path}`, null], ["Parameters", pretty(data.params)], ["Answer", pretty(data.answer)],
  ]);
}
