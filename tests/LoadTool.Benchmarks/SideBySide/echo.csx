// A closed loop of 64-byte echoes, as the C program's.
using Windows.Networking.Sockets;

var hello = Payload.Text(bytes: 64);

Scenario.Create("echo", async user =>
{
    using var socket = new MessageWebSocket();
    socket.Control.MessageType = SocketMessageType.Utf8;
    await socket.ConnectAsync(user.Target);
    while (!user.Stopping)
    {
        using var step = Step.Begin("echo", user);
        await socket.SendAsync(hello);
        step.Ok(await socket.ReceiveAsync());
    }
});
