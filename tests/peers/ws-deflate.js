// An echo server on npm's ws whose permessage-deflate is what the request's query says in JSON: "?{...}" holds the options of ws, and how many
// bytes of a message go into one frame ("frame"). Prints its port, then one line per closed connection; ends when its input ends.
const { WebSocketServer } = require('ws');
const http = require('http').createServer();

http.on('upgrade', (request, socket, head) => {
  const { frame, ...options } = JSON.parse(decodeURIComponent(request.url.split('?')[1]));
  const server = new WebSocketServer({ noServer: true, maxPayload: 1 << 26, perMessageDeflate: { threshold: 0, ...options } });
  server.handleUpgrade(request, socket, head, peer => {
    peer.on('message', (data, isBinary) => echo(peer, data, isBinary, frame || Infinity));
    peer.on('close', code => console.log(`closed ${code}`));
    peer.on('error', error => console.log(`error ${error.code}`));
  });
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
process.stdin.resume().on('end', () => process.exit(0));

function echo(peer, data, isBinary, frame) {
  let start = 0;
  do {
    const end = Math.min(data.length, start + frame);
    peer.send(data.subarray(start, end), { binary: isBinary, compress: true, fin: end === data.length });
    start = end;
  } while (start < data.length);
}
