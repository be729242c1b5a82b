using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>The rooms of <c>/broadcast</c>.</summary>
public sealed class RoomTests
{
    [Fact]
    public async Task A_message_reaches_everyone_in_its_room_and_nobody_else()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket speaker = await EnterAsync("/broadcast?room=a"), listener = await EnterAsync("/broadcast?room=a");
            using MessageWebSocket elsewhere = await EnterAsync("/broadcast?room=b"), nowhere = await EnterAsync("/broadcast");

            await speaker.SendAsync("to a");
            await elsewhere.SendAsync("to b");
            await nowhere.SendAsync("to none");

            Assert.Equal("to a", (await speaker.ReceiveAsync()).ReadString());
            Assert.Equal("to a", (await listener.ReceiveAsync()).ReadString());
            Assert.Equal("to b", (await elsewhere.ReceiveAsync()).ReadString());
            Assert.Equal("to none", (await nowhere.ReceiveAsync()).ReadString());
        });

        async Task<MessageWebSocket> EnterAsync(string path)
        {
            MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri(path));
            return socket;
        }
    }

    [Fact]
    public async Task A_room_that_everyone_has_left_is_opened_anew()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        await host.OnClientAsync(async () =>
        {
            for (int visit = 0; visit < 3; visit++)
            {
                using MessageWebSocket visitor = new();
                await visitor.ConnectAsync(host.Uri("/broadcast?room=a"));
                await visitor.SendAsync($"{visit}");
                Assert.Equal($"{visit}", (await visitor.ReceiveAsync()).ReadString());
                await visitor.CloseAsync();
            }
        });
    }
}
