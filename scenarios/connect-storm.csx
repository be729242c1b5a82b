#!/usr/bin/env -S loadtool run
// Five hundred new connections per second, whether the server keeps up or not: how long does connecting take?
// Try it:        loadtool run scenarios/connect-storm.csx
// Another storm: loadtool run scenarios/connect-storm.csx --rate 2000 --duration 30s
using Windows.Networking.Sockets;

Scenario.Create("connect-storm", async user =>
{
    using var socket = new MessageWebSocket();
    await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));   // TCP and the HTTP upgrade

    using var step = Step.Begin("first message", user);                        // is it of any use yet?
    await socket.SendAsync("hello");
    step.Ok(await socket.ReceiveAsync());
})                                                                             // disposing the socket closes it
.WithLoadSimulations(Simulation.Inject(rate: 500, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(10)));
