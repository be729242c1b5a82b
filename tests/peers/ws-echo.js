// An echo server on npm's ws. Prints its port, then one line per closed connection: "closed CODE"; ends when its input ends.
// With a .pem file of key and certificate as its argument it serves wss.
const { readFileSync } = require('fs');
const { WebSocketServer } = require('ws');

const pem = process.argv[2] && readFileSync(process.argv[2]);
const http = pem ? require('https').createServer({ key: pem, cert: pem }) : require('http').createServer();
const server = new WebSocketServer({ server: http });
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
server.on('connection', socket => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('close', code => console.log(`closed ${code}`));
  socket.on('error', error => console.log(`error ${error.code}`));
});
process.stdin.resume().on('end', () => process.exit(0));
