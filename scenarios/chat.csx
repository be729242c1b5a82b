#!/usr/bin/env -S loadtool run
// Chat rooms: everybody joins one, speaks now and then, and waits to hear the own words. How long that takes, room by room, and does each hear only its room?
// Try it:      loadtool run scenarios/chat.csx
// Your server: loadtool run scenarios/chat.csx --target ws://127.0.0.1:9001/broadcast --vus 1000 --duration 30s
using Windows.Networking.Sockets;

var rooms = DataFeed.Circular(["lobby", "music", "games", "news"]);
var heard = Metric.CreateCounter("heard", unit: "messages");

Scenario.Create("chat", async user =>
{
    var room = rooms.GetNextItem(user);
    using var socket = new MessageWebSocket();
    await Step.Run("join", user, () => socket.ConnectAsync(new Uri(user.Target, $"/broadcast?room={room}")));

    await foreach (var turn in user.Pace(perSecond: 1))
    {
        using var step = Step.Begin("message", user, turn);
        step.Tag("room", room);                                        // the step's figures by room, too
        var words = $"{room}: user {user.Number} says hello for the {turn.Number + 1}. time";
        await socket.SendAsync(words);
        var message = await socket.ReceiveAsync();
        for (; message.ReadString() is var said && said != words; message = await socket.ReceiveAsync())
            Hear(said);                                                // what others said meanwhile
        Hear(words);
        step.Ok(message);

        void Hear(string said)
        {
            heard.Add(1);
            user.Check("only my room", said.StartsWith(room + ":"));
        }
    }
})
.WithLoadSimulations(Simulation.KeepConstant(copies: 80, during: TimeSpan.FromSeconds(10)));
