// Drives one client from npm against the simulator: node drive.cjs CLIENT, the rest comes by environment.
"use strict";

const { createRequire } = require("node:module");
const path = require("node:path");

const { CLIENTS, GRAPH_URL, TOKEN, PERSON, PAGE } = process.env;
const load = createRequire(path.join(CLIENTS, "package.json"));
const IMAGE = "https://cdn.example.com/mug.png";
const BUTTON = { type: "postback", title: "Buy", payload: "BUY" };
const CARD = { title: "Blue mug", subtitle: "350 ml", image_url: IMAGE, buttons: [BUTTON] };

const drives = {
  async "messaging-api-messenger"() {
    const { MessengerClient } = load("messaging-api-messenger");
    const client = new MessengerClient({ accessToken: TOKEN, appSecret: process.env.SECRET, version: "25.0", origin: GRAPH_URL });
    const profile = await client.getUserProfile(PERSON);
    await client.markSeen(PERSON);
    await client.typingOn(PERSON);
    const sent = await client.sendText(PERSON, "hello", { quickReplies: [{ contentType: "text", title: "Yes", payload: "Y" }] });
    await client.sendImage(PERSON, IMAGE);
    await client.sendButtonTemplate(PERSON, "What next?", [BUTTON]);
    await client.sendGenericTemplate(PERSON, [{ title: "Blue mug", subtitle: "350 ml", imageUrl: IMAGE, buttons: [BUTTON] }]);
    const receipt = { recipientName: "A. Customer", orderNumber: "A-77", currency: "EUR", paymentMethod: "Card", summary: { totalCost: 25 } };
    await client.sendReceiptTemplate(PERSON, receipt);
    const { attachmentId } = await client.uploadImage(IMAGE, { isReusable: true });
    await client.sendImage(PERSON, { attachmentId });
    const persona = await client.createPersona({ name: "Sam T.", profilePictureUrl: IMAGE });
    await client.sendText(PERSON, "Sam here", { personaId: persona.id });
    const personas = await client.getAllPersonas();
    await client.deletePersona(persona.id);
    const label = await client.createLabel("vip");
    await client.associateLabel(PERSON, label.id);
    const labels = await client.getAssociatedLabels(PERSON);
    await client.setGetStarted("START");
    await client.setGreeting("Ahoy!");
    await client.setPersistentMenu([{ type: "postback", title: "Orders", payload: "ORDERS" }]);
    await client.setUserPersistentMenu(PERSON, [{ type: "postback", title: "Mine", payload: "MINE" }]);
    const menu = await client.getPersistentMenu();
    const page = await client.getPageInfo();
    const insights = await client.getInsights(["page_messages_total_messaging_connections"]);
    const batch = await client.sendBatch([{ method: "POST", relativeUrl: "me/messages", body: { recipient: { id: PERSON }, messagingType: "UPDATE", message: { text: "by batch" } } }]);
    await client.passThreadControlToPageInbox(PERSON, "your turn");
    return { profile, sent, personas, labels, menu, page, insights, batch };
  },
  async "@warriorteam/messenger-sdk"() {
    const { Messenger } = load("@warriorteam/messenger-sdk");
    const client = new Messenger({ accessToken: TOKEN, version: "v25.0", baseUrl: GRAPH_URL, maxRetries: 0 });
    const recipient = { id: PERSON };
    const sent = await client.send.message({ recipient, messaging_type: "RESPONSE", message: { text: "hello" } });
    await client.send.attachmentFromUrl({ recipient, type: "image", url: IMAGE });
    const saved = await client.attachments.upload({ type: "image", url: IMAGE });
    await client.send.attachment({ recipient, type: "image", attachment_id: saved.attachment_id });
    await client.templates.generic({ recipient, elements: [CARD] });
    await client.templates.button({ recipient, text: "What next?", buttons: [BUTTON] });
    await client.templates.media({ recipient, element: { media_type: "image", attachment_id: saved.attachment_id } });
    await client.templates.product({ recipient, elements: [{ id: "77" }] });
    const profile = await client.profile.getBasic(PERSON);
    const found = await client.conversations.findByUser(PAGE, PERSON, "messenger");
    const messages = await client.conversations.getMessages(found);
    await client.moderation.blockUser(PERSON);
    await client.moderation.unblockUser(PERSON);
    return { sent, profile, found, messages };
  },
  async "fb-messenger-bot-api"() {
    const { FacebookMessagingAPIClient, FacebookProfileAPIClient } = load("fb-messenger-bot-api");
    const { Utils } = load("fb-messenger-bot-api/dist/util/Utils.js");
    Utils.requestOptions.url = `${GRAPH_URL}/v25.0/`; // the host is written down there, with no option for it
    const client = new FacebookMessagingAPIClient(TOKEN);
    await client.markSeen(PERSON);
    await client.toggleTyping(PERSON, true);
    const sent = await client.sendTextMessage(PERSON, "hello");
    await client.sendImageMessage(PERSON, IMAGE);
    await client.sendButtonsMessage(PERSON, "What next?", [BUTTON]);
    await client.sendQuickReplyMessage(PERSON, "Sure?", [{ content_type: "text", title: "Yes", payload: "Y" }]);
    const profile = await client.getUserProfile(PERSON, ["first_name", "last_name"]);
    const settings = new FacebookProfileAPIClient(TOKEN);
    await settings.setGetStartedAction("START");
    await settings.setGreetingMessage("Ahoy!");
    return { sent, profile };
  },
};

drives[process.argv[2]]().then(
  (told) => console.log(JSON.stringify(told)),
  (error) => {
    console.error(error.message || error, error.response ? JSON.stringify(error.response.data || error.response) : "");
    process.exit(1);
  },
);
