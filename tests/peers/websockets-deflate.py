"""An echo server on Python's websockets whose permessage-deflate is what the request's query says in JSON: the arguments of its own factory, and
how many characters or bytes of a message go into one frame ("frame"). Prints its port; ends when its input ends."""
import asyncio
import json
import sys
import urllib.parse

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

EXTENSIONS = [ServerPerMessageDeflateFactory()]


class Protocol(websockets.WebSocketServerProtocol):
    async def process_request(self, path, request_headers):
        options = json.loads(urllib.parse.unquote(path.split("?")[1]))
        self.frame = options.pop("frame", None)
        # Read right after this, before any other connection gets its turn.
        EXTENSIONS[:] = [ServerPerMessageDeflateFactory(**options)]


async def echo(socket, path=None):
    try:
        async for message in socket:
            size = socket.frame
            if size and len(message) > size:
                await socket.send([message[at : at + size] for at in range(0, len(message), size)])
            else:
                await socket.send(message)
    except websockets.ConnectionClosed:
        pass  # Told below, with its code.
    await socket.wait_closed()
    print(f"closed {socket.close_code}", flush=True)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, extensions=EXTENSIONS, compression=None, max_size=1 << 26, create_protocol=Protocol) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
