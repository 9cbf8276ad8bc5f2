// Botkit with the Facebook adapter, as its manual has it, but for two things: it listens on loopback only, and its client, which
// knows nothing but https, calls the Send API of the comparison over http with the very library that it uses otherwise.
const express = require('express');
const request = require('request');
const { Botkit } = require('botkit');
const { FacebookAdapter, FacebookAPI } = require('botbuilder-adapter-facebook');

class PlainAPI extends FacebookAPI {
  callAPI(path, method = 'POST', payload = {}) {
    const proof = this.getAppSecretProof(this.token, this.secret);
    const uri = `${process.env.GRAPH}/${this.api_version}${path}?access_token=${this.token}&appsecret_proof=${proof}`;
    return new Promise((resolve, reject) => {
      request({ method, json: true, body: payload, uri }, (error, response, body) => {
        if (error || body.error) reject(error || body.error.message);
        else resolve(body);
      });
    });
  }
}

const adapter = new FacebookAdapter({
  verify_token: 'bench',
  app_secret: process.env.SECRET,
  access_token: process.env.TOKEN,
});
adapter.getAPI = async () => new PlainAPI(process.env.TOKEN, process.env.SECRET);

const server = express();
server.use(express.json({ limit: '100kb', verify: (req, res, buffer) => { req.rawBody = buffer.toString(); } }));
const controller = new Botkit({ webhook_uri: '/webhook', webserver: server, adapter });
controller.on('message', async (bot, message) => {
  const found = /^no (\d+-\d+)$/.exec(message.text);
  if (found) await bot.reply(message, `re ${found[1]}`);
});
controller.ready(() => server.listen(Number(process.env.PORT), '127.0.0.1'));
