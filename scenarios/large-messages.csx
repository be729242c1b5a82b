#!/usr/bin/env -S loadtool run
// Messages of 1 MB there and back over a StreamWebSocket, which reads a message while it still arrives: when does the first of it come, and when the last?
// Try it:      loadtool run scenarios/large-messages.csx
// Your server: loadtool run scenarios/large-messages.csx --target ws://127.0.0.1:9001/echo --vus 20 --duration 30s
using Windows.Networking.Sockets;
using Windows.Storage.Streams;

const int size = 1_000_000;
var message = Data.GenerateRandomBytes(size);                          // bytes that no compression shortens

Scenario.Create("large-messages", async user =>
{
    using var socket = new StreamWebSocket();
    await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
    using var writer = new DataWriter(socket.OutputStream);
    using var reader = new DataReader(socket.InputStream);

    await foreach (var turn in user.Pace(perSecond: 2))
    {
        using var whole = Step.Begin("whole message", user, turn);
        using var first = Step.Begin("first byte", user, turn);
        writer.WriteBytes(message);
        await writer.StoreAsync();                                     // one message
        await reader.LoadAsync(1);
        first.Ok();
        await reader.LoadAsync(size - 1);                              // the bytes of a stream: where messages end is not to be seen
        whole.Ok();
        user.Check("the same bytes", reader.ReadBuffer(size).ToArray().AsSpan().SequenceEqual(message));
    }
})
.WithLoadSimulations(Simulation.KeepConstant(copies: 5, during: TimeSpan.FromSeconds(10)));
