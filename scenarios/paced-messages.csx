#!/usr/bin/env -S loadtool run
// A hundred sockets stay open and carry 5,000 messages per second together, whether replies come in time or not: open-loop latency on living connections.
// Try it:      loadtool run scenarios/paced-messages.csx
// Your server: loadtool run scenarios/paced-messages.csx --target ws://127.0.0.1:9001/echo --vus 1000 --duration 30s
using Windows.Networking.Sockets;

var load = MessageSchedule.ForAll(perSecond: 5_000, match: MessageMatch.ByNumberAfter("\"id\":"));   // or PerSocket; replies in order unless said otherwise
var hello = Payload.Template("{\"id\":{number},\"text\":\"{text}\"}", textBytes: Distribution.Exponential(40));

Scenario.Create("paced-messages", async user =>
{
    using var socket = new MessageWebSocket();
    socket.Control.MessageType = SocketMessageType.Utf8;
    await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
    await load.RunAsync("message", user, socket, hello);   // each message is timed from the moment it was due
})
.WithLoadSimulations(Simulation.KeepConstant(copies: 100, during: TimeSpan.FromSeconds(10)));
