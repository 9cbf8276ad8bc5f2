// What the person does besides writing, and what the business does in Meta's inbox.
import { $, act, ask, el, field, instagram, link, shape } from "./make.js";

const put = (name, label, attributes = {}) => field(name, label, { required: "", ...attributes });

const DEEDS = {
  start: () => act("postback", { title: "Get started", payload: document.body.dataset.start || "GET_STARTED" }),
  async visit() {
    const given = await ask(instagram ? "Open an ig.me link" : "Open an m.me link", [put("ref", "ref", { value: "summer" })], "Open");
    if (given) await act("referral", { ref: given.ref });
  },
  async ad() {
    const given = await ask("Click an ad", [put("ad_id", "Ad id", { value: "120200000000000001" }), field("ref", "ref", { value: "ad" }), field("text", "And write", { placeholder: "only click" })], "Click");
    if (!given) return;
    const referral = { source: "ADS", type: "OPEN_THREAD", ad_id: given.ad_id, ref: given.ref, ads_context_data: { ad_title: "Fresh bread" } };
    if (given.text) await act("say", { text: given.text, referral });
    else await act("referral", { ref: given.ref, ad_id: given.ad_id });
  },
  async comment() {
    const given = await ask("Comment on a post", [put("text", "Comment")], "Comment");
    if (given) await act("comment", { text: given.text });
  },
  async live() {
    const given = await ask("Comment on the broadcast", [put("text", "Comment")], "Comment");
    if (given) await act("comment", { text: given.text, live: true });
  },
  async post() {
    const given = await ask("Write on the Page's wall", [put("text", "Post")], "Post");
    if (given) await act("post", { text: given.text });
  },
  async story() {
    const given = await ask("Reply to the story", [put("text", "Message")], "Send");
    if (given) await act("say", { text: given.text, story: { id: "17900000000000042", url: "https://lookaside.example.net/story.jpg" } });
  },
  sticker: () => act("say", { attachments: [instagram ? { type: "like_heart" } : { type: "sticker", payload: { url: "https://scontent.example.net/sticker/369239263222822.png", sticker_id: 369239263222822 } }] }),
  block: () => act("block", { blocked: true }),
  unblock: () => act("block", { blocked: false }),
};

export function setUp() {
  document.querySelectorAll("[data-deed]").forEach((entry) => entry.addEventListener("click", () => {
    entry.closest("details")?.removeAttribute("open");
    DEEDS[entry.dataset.deed]();
  }));
  document.querySelectorAll("[data-only]").forEach((entry) => { entry.hidden = entry.dataset.only !== (instagram ? "instagram" : "page"); });
  $("like").append(shape(instagram ? "heart" : "thumb"));
  $("take").addEventListener("click", () => act("take_over"));
  $("back").addEventListener("click", () => act("hand_back"));
  $("desk").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = $("reply").value.trim();
    if (text && (await act("inbox", { text }))) $("reply").value = "";
  });
  document.querySelectorAll("[data-privacy]").forEach((entry) => entry.addEventListener("click", () => leave(entry.dataset.privacy, entry.dataset.user)));
  for (const menu of document.querySelectorAll("details.menu, #attach")) {
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); } });
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  }
}

// A person with a login removes the app, or wants their data deleted: the app is called back, and how it answered is shown.
async function leave(what, user) {
  const answer = await fetch(`/_control/identity/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ user }) });
  const told = await answer.json();
  const good = answer.ok && !told.reason;
  $("told").hidden = false;
  $("told").replaceChildren(good ? "The app was told. " : told.error || told.reason, ...(good && told.url ? [link(told.url, `Status: ${told.confirmation_code}`)] : []));
}

export function owner({ owner: app, name }) {
  $("owner").textContent = app ? `${name} answers` : "Any app may answer";
  $("back").disabled = name !== "Meta's inbox";
}

// The menu and the ice breakers that the account has set.
export function offers(thread) {
  document.body.dataset.start = thread.get_started || "";
  const press = (title, payload) => el("button", { type: "button", onclick: () => act("postback", { title, payload }) }, title);
  $("menu").replaceChildren(...thread.menu.map((entry) => (entry.type === "postback" ? press(entry.title, entry.payload) : el("a", { href: entry.url, target: "_blank", rel: "noopener noreferrer" }, entry.title))));
  const first = thread.messages.length === 0;
  $("breakers").replaceChildren(...(first ? thread.ice_breakers.map((entry) => press(entry.question || entry.title, entry.payload)) : []));
}
