#!/usr/bin/env -S loadtool run
// Users keep a socket each. A storm cuts 30 % of them at a time: how long until all are back, and what does that do to the others?
// Try it:            loadtool run scenarios/reconnect-storm.csx
// All at once again: replace FullJitter by Fixed(TimeSpan.FromMilliseconds(200)), and look at "connect" and at the storms' last users
using Windows.Networking.Sockets;

var hello = Payload.Text(bytes: 64);
var policy = ReconnectPolicy.FullJitter(first: TimeSpan.FromMilliseconds(200), max: TimeSpan.FromSeconds(5));

Scenario.Create("reconnect-storm", user => user.StayConnectedAsync(policy, () => new MessageWebSocket(), async socket =>
{
    if (user.IsOneOf(share: 0.1, "slow reader"))
        socket.Control.Tuning.MaxReceiveBytesPerSecond = 10_000;

    await foreach (var turn in user.Pace(perSecond: 5))
    {
        using var step = Step.Begin("echo", user, turn);
        await socket.SendAsync(hello);
        step.Ok(await socket.ReceiveAsync());
    }
}))
.WithLoadSimulations(Simulation.KeepConstant(copies: 100, during: TimeSpan.FromSeconds(20)))
.WithStorms(Storm.Cut(share: 0.3, at: TimeSpan.FromSeconds(5), every: TimeSpan.FromSeconds(5)))
.WithThresholds("errors: rate < 1%");                     // of what the storms did not cut
