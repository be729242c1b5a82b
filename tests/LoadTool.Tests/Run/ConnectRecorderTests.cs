using System.Net.Sockets;
using LoadTool.Sockets;

namespace LoadTool.Tests.Run;

/// <summary>What a loop counts of its sockets' connecting, on a loop that never starts.</summary>
public sealed class ConnectRecorderTests : IDisposable
{
    private readonly EventLoop _loop = Shares.Loops(1)[0];
    private readonly ConnectRecorder _recorder;

    public ConnectRecorderTests() => _recorder = new ConnectRecorder(_loop);

    private IConnectionObserver Observer => _recorder;

    [Fact]
    public void Only_phases_that_a_connection_went_through_are_recorded_however_short_they_were()
    {
        HandshakeInfo handshake = new();
        handshake.Took(ConnectionPhase.Tcp, 0);
        handshake.Took(ConnectionPhase.Tls, 3_000_000);
        handshake.Took(ConnectionPhase.Upgrade, 2_000_000);

        Observer.OnConnected(handshake, isTlsResumed: true, nanoseconds: 6_000_000);
        Observer.OnConnected(handshake, isTlsResumed: null, nanoseconds: 6_000_000);
        Observer.OnFirstMessage(-500);

        Assert.Equal(
            [(ConnectPart.Whole, 2L), (ConnectPart.Tcp, 2L), (ConnectPart.Tls, 2L), (ConnectPart.TlsResumed, 1L), (ConnectPart.Upgrade, 2L), (ConnectPart.FirstMessage, 1L)],
            ConnectRecorder.Parts.Where(part => _recorder[part] is not null).Select(part => (part, _recorder[part]!.SwapInterval().TotalCount)));
    }

    [Fact]
    public void What_the_script_or_the_run_cuts_off_is_no_failure()
    {
        Observer.OnConnectFailed(new TaskCanceledException(), socketId: 1);
        Observer.OnConnectFailed(Failures.AbortedLocally(ConnectionPhase.Tcp), socketId: 2);
        Observer.OnConnectFailed(Failures.FromSocketError(ConnectionPhase.Tcp, SocketError.OperationAborted), socketId: 3);
        Observer.OnConnectFailed(Failures.FromSocketError(ConnectionPhase.Tcp, SocketError.ConnectionRefused), socketId: 4);
        Observer.OnConnectFailed(Failures.FromSocketError(ConnectionPhase.Tcp, SocketError.ConnectionRefused), socketId: 5);

        Assert.Equal(3, _recorder.Interrupted);
        OutcomeReading refused = Assert.Single(_recorder.Failures.Read());
        Assert.Equal((2L, 4u, null), (refused.Count, refused.Sample.SocketId, refused.Sample.Scenario));
        Assert.Equal(ConnectionPhase.Tcp, refused.Outcome.Phase);
    }

    [Fact]
    public void A_connection_that_was_made_costs_no_allocation_once_its_phases_are_known()
    {
        HandshakeInfo handshake = new();
        handshake.Took(ConnectionPhase.Tcp, 1_000);
        handshake.Took(ConnectionPhase.Upgrade, 2_000);
        void Connect()
        {
            Observer.OnConnected(handshake, isTlsResumed: null, nanoseconds: 3_000);
            Observer.OnFirstMessage(1_000);
        }

        Connect();

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
                Connect();
        }));
    }

    [Fact]
    public void Loops_number_their_sockets_apart()
    {
        EventLoop[] loops = Shares.Loops(3);
        foreach ((int index, EventLoop loop) in loops.Index())
            loop.NumberSockets(index, loops.Length);

        Assert.Equal([1u, 2u, 3u, 4u, 5u, 6u], Enumerable.Range(0, 2).SelectMany(_ => loops.Select(loop => loop.TakeSocketId())));
        Assert.Equal([1u, 2u], [_loop.TakeSocketId(), _loop.TakeSocketId()]);
        foreach (EventLoop loop in loops)
            loop.Dispose();
    }

    public void Dispose() => _loop.Dispose();
}
