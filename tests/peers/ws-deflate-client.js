// A client on npm's ws against an echo server: node ws-deflate-client.js URI. Offers all that ws can offer of permessage-deflate, one connection each,
// and sends messages of many sizes, whole and in frames. Prints how many connections agreed on it and how many messages came back as they were sent.
const { WebSocket } = require('ws');
const { deepStrictEqual } = require('assert');

const sizes = [0, 1, 125, 126, 1000, 65535, 65536, 200000];
const flags = [false, true];
const bits = [undefined, 9, 15];
let agreed = 0, echoed = 0;

function run(options) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(process.argv[2], { perMessageDeflate: { threshold: 0, ...options } });
    const expected = [];
    socket.on('error', reject);
    socket.on('close', resolve);
    socket.on('open', () => {
      agreed += socket.extensions.startsWith('permessage-deflate') ? 1 : 0;
      for (const size of sizes) {
        const text = JSON.stringify(Array.from({ length: size }, (_, id) => id % 17)).slice(0, size);
        const noise = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7919 + size) & 255));
        for (const [message, binary] of [[text, false], [noise, true]]) {
          expected.push([Buffer.from(message), binary]);
          const half = size >> 1;
          socket.send(message.slice(0, half), { binary, fin: false });
          socket.send(message.slice(half), { binary, fin: true });
          expected.push([Buffer.from(message), binary]);
          socket.send(message, { binary });
        }
      }
    });
    socket.on('message', (data, isBinary) => {
      deepStrictEqual([data, isBinary], expected.shift());
      echoed++;
      if (expected.length === 0)
        socket.close();
    });
  });
}

(async () => {
  for (const serverNoContextTakeover of flags)
    for (const clientNoContextTakeover of flags)
      for (const serverMaxWindowBits of bits)
        for (const clientMaxWindowBits of bits)
          await run({ serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits });
  console.log(`${agreed} ${echoed}`);
})();
