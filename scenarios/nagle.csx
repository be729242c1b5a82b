#!/usr/bin/env -S loadtool run
// What Nagle's algorithm does: two small messages in two writes, then a wait for the reply to both. Half of the users have it off (NoDelay), half have it on.
// Try it:      loadtool run scenarios/nagle.csx
// Your server: loadtool run scenarios/nagle.csx --target ws://127.0.0.1:9001/reply?every=2 --vus 100 --duration 30s
using Windows.Networking.Sockets;

var hello = Payload.Text(bytes: 32);

Scenario.Create("nagle", async user =>
{
    var target = user.Target.AbsolutePath == "/echo" ? new Uri(user.Target, "/reply?every=2") : user.Target;   // answers every second message
    bool usesNagle = user.Number % 2 == 1;
    using var socket = new MessageWebSocket();
    socket.Control.NoDelay = !usesNagle;                   // true, the default, switches Nagle's algorithm off
    await Step.Run("connect", user, () => socket.ConnectAsync(target));

    await foreach (var turn in user.Pace(perSecond: 5))
    {
        using var step = Step.Begin("write-write-read", user, turn);
        step.Tag("nagle", usesNagle ? "on" : "off");       // the step's figures by variant, too
        await socket.SendAsync(hello);                     // leaves at once
        await socket.SendAsync(hello);                     // with Nagle's algorithm: when the first one's ACK is there, which the server delays by 40 ms
        step.Ok(await socket.ReceiveAsync());
    }
})
.WithLoadSimulations(Simulation.KeepConstant(copies: 20, during: TimeSpan.FromSeconds(10)));
