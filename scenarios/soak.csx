#!/usr/bin/env -S loadtool run
// Hours of a moderate load: users stay for some minutes, speak at moments of their own, ping while they are quiet, go, and come again. Does anything grow, slow down or break?
// Try it:      loadtool run scenarios/soak.csx
// A night:     loadtool run scenarios/soak.csx --target ws://127.0.0.1:9001/echo --vus 500 --duration 8h
using Windows.Networking.Sockets;

var stay = Distribution.Exponential(mean: 180);                        // seconds
var pause = Distribution.Exponential(mean: 2);
var words = Payload.Template("{\"user\":{user},\"n\":{number},\"text\":\"{text}\"}", textBytes: Distribution.Exponential(200));

Scenario.Create("soak", async user =>
{
    using var socket = new MessageWebSocket();
    await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));

    for (var left = stay.Next(user); left > 0 && !user.Stopping;)
    {
        using (var step = Step.Begin("echo", user))
        {
            await socket.SendAsync(words.For(user));
            step.Ok(await socket.ReceiveAsync());
        }

        await Step.Run("ping", user, () => socket.PingAsync());
        var quiet = pause.Next(user);
        await user.Delay(TimeSpan.FromSeconds(quiet));                 // ends early when the load does
        left -= quiet;
    }

    await Step.Run("close", user, () => socket.CloseAsync());
})
.WithLoadSimulations(Simulation.KeepConstant(copies: 100, during: TimeSpan.FromMinutes(10)))
.WithThresholds("errors: rate < 0.1%");
