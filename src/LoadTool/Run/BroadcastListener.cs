using Windows.Networking.Sockets;

namespace LoadTool;

/// <summary>One receiver of a <see cref="Broadcast"/>: receives until its user is to stop, and then for as long as something may still come.</summary>
internal sealed class BroadcastListener(VirtualUser user, MessageWebSocket socket, BroadcastCell cell) : UserWait
{
    private int _seat;
    private bool _isStopping;

    private bool IsOver => _isStopping && !cell.Awaits(_seat);

    internal async Task RunAsync()
    {
        if (user.Stopping)
            return;
        _seat = cell.Join();
        user.Begin(this);
        try
        {
            while (!IsOver)
            {
                ReceivedMessage message = await socket.ReceiveAsync();
                cell.Receive(_seat, message.Span, message.ReceivedAt);
            }
        }
        catch (OperationCanceledException) when (IsOver)
        {
            // Our own: the end came while there was nothing to wait for.
        }
        finally
        {
            user.Loop.Disarm(this);
            user.End(this);
            cell.Leave(_seat);
        }
    }

    internal override void Stop()
    {
        user.End(this);
        _isStopping = true;
        EndOrWait();
    }

    internal override void Fire(long dueAt) => EndOrWait();

    /// <summary>What has not come when its time is over is lost, and need not be waited for.</summary>
    private void EndOrWait()
    {
        if (IsOver)
            socket.CancelReceive();
        else
            user.Loop.Arm(this, cell.NextCloseAt + 1);
    }
}
