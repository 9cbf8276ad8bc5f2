module.exports = {
  session: { driver: 'memory', expiresIn: 15 * 60 },
  channels: {
    messenger: {
      enabled: true,
      path: '/webhook',
      accessToken: process.env.TOKEN,
      appId: '990000000000001',
      appSecret: process.env.SECRET,
      verifyToken: 'bench',
      origin: process.env.GRAPH,
    },
  },
};
