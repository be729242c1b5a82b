#!/usr/bin/env -S loadtool run
// An open load of questions: they come at an even rate, whether earlier ones were answered or not, over as many sockets as that takes. This is what a search for a
// target's capacity needs: users who wait for answers would ask less of a target the slower it gets.
// Try it:      loadtool run scenarios/capacity.csx
// Its limit:   loadtool capacity scenarios/capacity.csx --slo "ask: p(99) < 20ms" --slo "errors: rate < 0.1%"
using Windows.Networking.Sockets;

var question = Payload.Text(bytes: 64);

Scenario.Create("capacity", async user =>
{
    if (user.State is not MessageWebSocket socket)         // the user of an earlier arrival has one already
    {
        socket = new MessageWebSocket();
        socket.Control.MessageType = SocketMessageType.Utf8;
        await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
        user.State = socket;
    }

    try
    {
        using var step = Step.Begin("ask", user);
        await socket.SendAsync(question);
        step.Ok(await socket.ReceiveAsync());
    }
    catch
    {
        socket.Dispose();                                  // the next arrival makes a new one
        user.State = null;
        throw;
    }
})
.WithLoadSimulations(Simulation.Inject(rate: 100, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(10)));
