using System.Net.WebSockets;
using System.Text;
using LoadTool.Compatibility;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Authoring;

/// <summary>The socket that ported scenarios use.</summary>
public sealed class WebSocketClientTests
{
    [Fact]
    public async Task Text_and_bytes_come_back_and_stay_until_they_are_disposed_of()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        await host.OnClientAsync(async () =>
        {
            using WebSocketClient client = new();
            await client.Connect(host.Uri("/echo").ToString());
            await client.Send("héllo");
            await client.Send(new byte[] { 1, 2, 3 });

            WebSocketResponse text = await client.Receive();
            using WebSocketResponse bytes = await client.Receive();

            // The first is still there when the second has come.
            Assert.Equal("héllo", Encoding.UTF8.GetString(text.Data.Span));
            Assert.Equal([1, 2, 3], bytes.Data.ToArray());
            text.Dispose();
            text.Dispose();
            Assert.Throws<ObjectDisposedException>(() => text.Data);
            await client.Close(WebSocketCloseStatus.EndpointUnavailable);
            await Assert.ThrowsAnyAsync<Exception>(async () => await client.Send("too late"));
        });
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_socket_usable_and_a_cancelled_send_sends_nothing()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        await host.OnClientAsync(async () =>
        {
            using WebSocketClient client = new();
            await client.Connect(host.Uri("/echo"));
            using CancellationTokenSource cancelled = new();
            ValueTask<WebSocketResponse> wait = client.Receive(cancelled.Token);
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await client.Send("never", cancelled.Token));

            await client.Send("hello");
            using WebSocketResponse answer = await client.Receive();
            Assert.Equal("hello", Encoding.UTF8.GetString(answer.Data.Span));
        });
    }
}
