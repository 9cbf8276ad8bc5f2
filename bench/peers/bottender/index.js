module.exports = async function App(context) {
  const found = context.event.isText && /^no (\d+-\d+)$/.exec(context.event.text);
  if (found) {
    await context.sendText(`re ${found[1]}`);
  }
};
