"""An echo server on Python's websockets. Prints its port, then one line per closed connection: "closed CODE"; ends when its input ends."""
import asyncio
import sys

import websockets


async def echo(socket, path=None):
    try:
        async for message in socket:
            await socket.send(message)
    except websockets.ConnectionClosed:
        pass  # Told below, with its code.
    await socket.wait_closed()
    print(f"closed {socket.close_code}", flush=True)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, compression=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
