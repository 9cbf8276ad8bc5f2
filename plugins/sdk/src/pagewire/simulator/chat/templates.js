// The templates, each as a customer sees it.
import { act, ask, el, field, link, money, picture } from "./make.js";
import { coupon, feedback, information, optIn } from "./forms.js";

function button(made) {
  const title = made.title || { account_link: "Log In", account_unlink: "Log Out" }[made.type] || made.type;
  const press = (onclick) => el("button", { type: "button", class: "choice", onclick }, title);
  switch (made.type) {
    case "postback": return press(() => act("postback", { title, payload: made.payload }));
    case "account_link": return press(() => logIn(made.url));
    case "account_unlink": return press(() => act("link", { authorization_code: null }));
    case "phone_number": return el("a", { class: "choice", href: `tel:${made.payload}` }, `☎ ${title}`);
    case "web_url": return link(made.url, title, { class: "choice" });
    default: return el("button", { type: "button", class: "choice", disabled: "" }, title);
  }
}

async function logIn(url) {
  const note = el("p", {}, "The shop's own page opens at ", link(url), ". It comes back with a code:");
  const given = await ask("Log in", [note, field("code", "Authorization code", { value: "a-code-of-the-shop", required: "" })], "Log in");
  if (given) await act("link", { authorization_code: given.code });
}

export const buttons = (listed) => (listed && listed.length ? el("div", { class: "choices" }, listed.map(button)) : null);

function card(element) {
  const { default_action: action } = element;
  const shown = element.image_url ? picture(element.image_url, "") : null;
  const body = el("div", { class: "body" }, el("strong", {}, element.title || ""), element.subtitle ? el("span", { class: "sub" }, element.subtitle) : null,
    action ? el("small", {}, new URL(action.url).hostname) : null);
  return el("div", { class: "card" }, action ? link(action.url, [shown, body], { class: "whole" }) : [shown, body], buttons(element.buttons));
}

function carousel(elements, square) {
  const name = elements.length > 1 ? `${elements.length} cards` : "Card";
  return el("div", { class: `cards${square ? " square" : ""}`, role: "group", "aria-label": name, tabindex: elements.length > 1 ? "0" : null }, elements.map(card));
}

function media(payload, message) {
  const [element] = payload.elements;
  const url = element.url || message.assets[element.attachment_id] || element.attachment_id;
  const video = element.media_type === "video";
  const shown = el("div", { class: video ? "media video" : "media" }, picture(url, video ? "Video" : "Picture"), video ? el("span", { class: "play", "aria-hidden": "true" }, "▶") : null);
  return el("div", { class: "card wide" }, shown, buttons(element.buttons));
}

function tile(image) {
  const { action } = image;
  const shown = picture(image.url, "");
  const name = image.is_hero_image ? "tile hero" : "tile";
  if (action && action.type === "postback") return el("button", { type: "button", class: name, title: action.payload, onclick: () => act("postback", { title: action.payload, payload: action.payload }) }, shown);
  return action ? link(action.url, [shown], { class: name }) : el("span", { class: name }, shown);
}

function grid(payload) {
  const [element] = payload.elements;
  const words = element.title || element.subtitle ? el("div", { class: "body" }, el("strong", {}, element.title || ""), el("span", { class: "sub" }, element.subtitle || "")) : null;
  return el("div", { class: "card wide" }, el("div", { class: `grid n${element.images.length}` }, element.images.map(tile)), words, buttons(element.buttons));
}

function receipt(payload) {
  const price = (amount) => money(amount, payload.currency);
  const line = (name, value, kind) => el("div", { class: `line ${kind || ""}` }, el("span", {}, name), el("span", {}, value));
  const items = (payload.elements || []).map((item) => el("div", { class: "item" }, item.image_url ? picture(item.image_url, "") : null,
    el("span", {}, el("strong", {}, item.title), el("small", {}, [item.subtitle, item.quantity ? `Qty ${item.quantity}` : null].filter(Boolean).join(" · "))), el("span", {}, price(item.price))));
  const sum = payload.summary;
  const sums = [["Subtotal", sum.subtotal], ["Shipping", sum.shipping_cost], ["Estimated tax", sum.total_tax]].filter(([, value]) => value !== undefined);
  const address = payload.address;
  return el("div", { class: "card receipt" }, el("div", { class: "body" },
    el("strong", {}, payload.merchant_name ? `Receipt from ${payload.merchant_name}` : "Order confirmation"),
    el("small", {}, `Order ${payload.order_number} · ${payload.recipient_name}`),
    items, sums.map(([name, value]) => line(name, price(value))), (payload.adjustments || []).map((a) => line(a.name, `−${price(a.amount)}`)),
    line("Total", price(sum.total_cost), "total"), line("Paid with", payload.payment_method),
    address ? el("small", {}, `Ships to ${[address.street_1, address.street_2, address.city, address.state, address.postal_code, address.country].filter(Boolean).join(", ")}`) : null,
    payload.order_url ? link(payload.order_url, "View order") : null));
}

const product = (payload) => carousel(payload.elements.map((element) => ({ title: `Product ${element.id}`, subtitle: "From the shop's catalogue", image_url: `https://catalogue.example.net/${element.id}` })));
const question = (payload) => el("div", { class: "card plain" }, el("div", { class: "bubble" }, payload.text), buttons(payload.buttons));

const TEMPLATES = {
  generic: (payload) => carousel(payload.elements, payload.image_aspect_ratio === "square"),
  button: question, media, image_grid: grid, receipt, product, coupon,
  customer_feedback: feedback, customer_information: information, notification_messages: optIn,
};

export function template(payload, message) {
  const kind = TEMPLATES[payload.template_type];
  return kind ? kind(payload, message) : el("div", { class: "bubble" }, payload.template_type || "template");
}
