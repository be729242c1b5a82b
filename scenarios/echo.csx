#!/usr/bin/env -S loadtool run
// Each virtual user opens one socket and keeps it. Ten times a second it sends a message and waits for the echo.
// Try it:      loadtool run scenarios/echo.csx
// Your server: loadtool run scenarios/echo.csx --target ws://127.0.0.1:9001/echo --vus 1000 --duration 30s
using Windows.Networking.Sockets;

var hello = Payload.Text(bytes: 64);                       // made once, sent by everyone

Scenario.Create("echo", async user =>
{
    using var socket = new MessageWebSocket();
    socket.Control.MessageType = SocketMessageType.Utf8;
    await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));

    await foreach (var turn in user.Pace(perSecond: 10))   // each turn knows the moment it was due
    {
        using var step = Step.Begin("echo", user, turn);   // latency counts from that moment
        await socket.SendAsync(hello);
        step.Ok(await socket.ReceiveAsync());              // a step not marked Ok() has failed
    }
})
.WithLoadSimulations(Simulation.KeepConstant(copies: 100, during: TimeSpan.FromSeconds(10)));
