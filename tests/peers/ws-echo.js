// An echo server on npm's ws. Prints its port, then one line per closed connection: "closed CODE"; ends when its input ends.
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => console.log(server.address().port));
server.on('connection', socket => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('close', code => console.log(`closed ${code}`));
  socket.on('error', error => console.log(`error ${error.code}`));
});
process.stdin.resume().on('end', () => process.exit(0));
