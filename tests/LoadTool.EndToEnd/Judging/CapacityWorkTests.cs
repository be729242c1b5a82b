using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Judging;

/// <summary>The path of <c>loadtool serve</c> whose capacity is known.</summary>
public sealed class CapacityWorkTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Work_is_done_in_the_order_it_came_whoever_sent_it(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            List<string> answers = [];
            using MessageWebSocket first = new(), second = new();
            await first.ConnectAsync(host.Uri("/work?ms=10&slots=1"));
            await second.ConnectAsync(host.Uri("/work?ms=10&slots=1"));
            await first.SendAsync("1");
            await first.SendAsync("2");
            await first.SendAsync("3");

            // Now two wait, and one more that comes waits behind both.
            answers.Add((await first.ReceiveAsync()).ReadString());
            await second.SendAsync("4");
            Task<string> last = AnswerAsync(second, answers);
            await AnswerAsync(first, answers);
            await AnswerAsync(first, answers);
            await last;

            Assert.Equal(["1", "2", "3", "4"], answers);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Work_that_nobody_waits_for_any_more_is_not_done(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket gone = new(), patient = new();
            await gone.ConnectAsync(host.Uri("/work?ms=20&slots=1"));
            await patient.ConnectAsync(host.Uri("/work?ms=20&slots=1"));

            // A quarter of an hour of work that is left behind: who stays would not be answered in time for this test.
            for (int i = 0; i < 45_000; i++)
                await gone.SendAsync("");
            await gone.ReceiveAsync();
            gone.Abort();
            await patient.SendAsync("still there");

            Assert.Equal("still there", (await patient.ReceiveAsync()).ReadString());
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Work_that_cannot_be_is_refused(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            foreach (string query in (string[])["ms=-1", "ms=x", "slots=0", "slots=many"])
            {
                using MessageWebSocket socket = new();
                await Assert.ThrowsAnyAsync<Exception>(async () => await socket.ConnectAsync(host.Uri($"/work?{query}")));
                Assert.Equal(400, socket.Information.Handshake!.Status);
            }
        });
    }

    private static async Task<string> AnswerAsync(MessageWebSocket socket, List<string> answers)
    {
        string answer = (await socket.ReceiveAsync()).ReadString();
        answers.Add(answer);
        return answer;
    }
}
