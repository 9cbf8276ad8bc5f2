// The custom server of Bottender's manual, so that it listens on loopback only.
const express = require('express');
const { bottender } = require('bottender');

const app = bottender({ dev: false });
const handle = app.getRequestHandler();

app.prepare().then(() => {
  const server = express();
  server.use(express.json({ verify: (req, res, buffer) => { req.rawBody = buffer.toString(); } }));
  server.all('*', (req, res) => handle(req, res));
  server.listen(Number(process.env.PORT), '127.0.0.1');
});
