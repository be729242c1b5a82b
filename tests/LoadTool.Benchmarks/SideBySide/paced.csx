// 64-byte echoes at one rate for all sockets, as the C program's.
using Windows.Networking.Sockets;

var hello = Payload.Text(bytes: 64);
var messages = MessageSchedule.ForAll(perSecond: double.Parse(Env["RATE"]));

Scenario.Create("paced", async user =>
{
    using var socket = new MessageWebSocket();
    socket.Control.MessageType = SocketMessageType.Utf8;
    await socket.ConnectAsync(user.Target);
    await messages.RunAsync("echo", user, socket, hello);
});
