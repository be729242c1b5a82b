#!/usr/bin/env -S loadtool run
// Two hundred users in one room, two of whom speak: how long until the first, the one in the middle and the last have heard, and does anything get lost?
// Try it:      loadtool run scenarios/broadcast.csx
// Your server: loadtool run scenarios/broadcast.csx --target ws://127.0.0.1:9001/room --vus 1000 --duration 30s
using Windows.Networking.Sockets;

var room = Broadcast.Create("room");                             // made once, shared by everyone

Scenario.Create("broadcast", async user =>
{
    // Without a target of one's own: the room of LoadTool's own server.
    var target = user.Target.AbsolutePath == "/echo" ? new Uri(user.Target, "/broadcast") : user.Target;
    using var socket = new MessageWebSocket();
    socket.Control.MessageType = SocketMessageType.Utf8;
    await Step.Run("join", user, () => socket.ConnectAsync(target));

    Task listening = room.ReceiveAsync(user, socket);            // counts what comes until the end
    if (user.Number < 2)
    {
        await foreach (var turn in user.Pace(perSecond: 10))     // a marker in each message tells who sent it when
            await socket.SendAsync(room.Message(user, turn, bytes: 100));
    }

    await listening;
})
.WithLoadSimulations(Simulation.KeepConstant(copies: 200, during: TimeSpan.FromSeconds(10)));
