// Templates that ask for something: a rating, an address, a coupon's code, an agreement.
import { act, ask, el, field, link, picture } from "./make.js";

const SCALES = {
  one_to_five: ["1", "2", "3", "4", "5"],
  five_stars: ["★", "★★", "★★★", "★★★★", "★★★★★"],
  five_emojis: ["😠", "🙁", "😐", "🙂", "😍"],
  zero_to_ten: Array.from({ length: 11 }, (_, at) => String(at)),
  one_to_seven: Array.from({ length: 7 }, (_, at) => String(at + 1)),
};
const USUAL = { csat: "five_stars", nps: "zero_to_ten", ces: "one_to_seven" };
const ENDS = { neg_pos: ["Negative", "Positive"], hard_easy: ["Hard", "Easy"], dis_sat: ["Dissatisfied", "Satisfied"], unlike_like: ["Unlikely", "Likely"], poor_great: ["Poor", "Great"] };

const panel = (title, subtitle, ...more) => el("div", { class: "card" }, el("div", { class: "body" }, el("strong", {}, title), subtitle ? el("span", { class: "sub" }, subtitle) : null), ...more);
const choose = (text, onclick, done) => el("div", { class: "choices" }, el("button", { type: "button", class: "choice", onclick, disabled: done ? "" : null }, text));

export function feedback(payload, message) {
  const [{ questions: [question] }] = payload.feedback_screens;
  return panel(payload.title, payload.subtitle, choose(message.filled ? "Thank you!" : payload.button_title || "Give feedback", () => rate(payload, question), message.filled));
}

async function rate(payload, question) {
  const given = await ask(payload.title, [el("p", {}, question.title || ""), ...answer(question), follow(question),
    el("small", {}, link(payload.business_privacy.url, "Privacy policy"))], "Send");
  if (given) await act("feedback", { score: given.score, comment: given.comment || null });
}

function answer(question) {
  if (question.type === "free_form") return [el("textarea", { name: "score", maxlength: "400", required: "", "aria-label": "Your answer" })];
  const scale = SCALES[question.score_option || USUAL[question.type]];
  const first = question.type === "nps" ? 0 : 1;
  const picks = scale.map((text, at) => el("label", { class: "score" }, el("input", { type: "radio", name: "score", value: String(at + first), required: "", "aria-label": String(at + first) }), el("span", {}, text)));
  const ends = ENDS[question.score_label];
  return [el("div", { class: "scale", role: "radiogroup", "aria-label": question.title || "Score" }, picks), ends ? el("div", { class: "ends" }, el("span", {}, ends[0]), el("span", {}, ends[1])) : null];
}

const follow = (question) => (question.follow_up ? el("textarea", { name: "comment", maxlength: "400", placeholder: question.follow_up.placeholder || "Tell us more", "aria-label": "Tell us more" }) : null);

export const information = (payload, message) => panel("Share your details", `For ${payload.countries.join(", ")}`,
  choose(message.filled ? "Shared" : "Fill in", () => fillIn(payload), message.filled));

async function fillIn(payload) {
  const country = el("label", {}, "Country", el("select", { name: "country" }, payload.countries.map((code) => el("option", {}, code))));
  const given = await ask("Your details", [field("name", "Name", { required: "", autocomplete: "off" }), field("address", "Street"), field("city", "City", { required: "" }), field("zip", "Postal code"), country,
    el("small", {}, link(payload.business_privacy.url, "Privacy policy"))], "Share");
  if (given) await act("information", { answers: Object.fromEntries(Object.entries(given).filter(([, value]) => value)) });
}

export function coupon(payload) {
  const code = payload.coupon_code ? el("button", { type: "button", class: "code", onclick: () => reveal(code, payload) }, "Reveal code") : null;
  const shop = payload.coupon_url ? el("div", { class: "choices" }, link(payload.coupon_url, payload.coupon_url_button_title || "Shop now", { class: "choice" })) : null;
  return el("div", { class: "stack" }, payload.coupon_pre_message ? el("div", { class: "bubble" }, payload.coupon_pre_message) : null,
    el("div", { class: "card coupon" }, payload.image_url ? picture(payload.image_url, "") : null,
      el("div", { class: "body" }, el("strong", {}, payload.title), el("span", { class: "sub" }, payload.subtitle || "Terms may apply."), code), shop));
}

async function reveal(code, payload) {
  if (code.disabled) return;
  code.textContent = payload.coupon_code;
  code.disabled = true;
  if (payload.payload) await act("reveal");
}

export const optIn = (payload, message) => panel(payload.title || "Get messages", "You can stop them at any time.",
  choose(message.filled ? "Agreed" : "Get messages", () => act("subscribe"), message.filled));
