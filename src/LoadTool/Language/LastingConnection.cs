using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool;

/// <summary>One user's connection that is made anew when it breaks.</summary>
internal sealed class LastingConnection(VirtualUser user, ReconnectPolicy policy, string step)
{
    private readonly LastingConnections _all = user.Share.Lasting;
    private WebSocketBase? _socket;
    private StrikeRecorder? _strike;
    private long _cutAt;
    private Outage? _outage;

    /// <summary>Its place among the living ones of its loop; -1 when it is not.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>A storm ends the connection. Its user learns of it where it next uses it.</summary>
    internal void Cut(StrikeRecorder strike, long now)
    {
        (_strike, _cutAt) = (strike, now);
        if (strike.Strike.Storm.CloseCode is { } code)
            _socket!.Close(code, "storm");
        else
            _socket!.Abort();
    }

    /// <summary>Connects, runs what is to be done, and again, until that ends by itself, or the policy gives up.</summary>
    internal async Task RunAsync<TSocket>(Func<TSocket> make, Func<TSocket, Task> whileConnected, Uri target)
        where TSocket : WebSocketBase
    {
        while (true)
        {
            using TSocket socket = make();
            try
            {
                await ConnectAsync(socket, target);
                try
                {
                    await whileConnected(socket);
                    return;
                }
                finally
                {
                    _all.Remove(this);
                }
            }
            catch (Exception error) when (!user.Stopping && IsLost(socket, error))
            {
                CountLoss(error);
                if (await WaitAsync(error))
                    continue;

                // Counted above, where it happened: the iteration fails for it, and for nothing else.
                user.CountedFailure ??= Outcome.Of(error, user);
                throw;
            }
            catch (Exception) when (_outage is not null)
            {
                // The run's end, or a mistake in the script, came before the connection did.
                _outage.Recorder.Interrupt();
                throw;
            }
        }
    }

    private async Task ConnectAsync(WebSocketBase socket, Uri target)
    {
        if (_outage is not null)
        {
            _all.CountAttempt();
            _strike?.CountAttempt();
        }

        using StepScope connecting = Step.Begin(step, user);
        await socket.ConnectAsync(target);
        connecting.Ok();
        long now = user.Loop.Now;
        if (_outage is { } outage)
            outage.Recorder.Record(now - outage.LostAt, now - outage.LostAt);
        _strike?.Recover(now - _cutAt);
        (_outage, _strike, _socket) = (null, null, socket);
        _all.Add(this);
    }

    /// <summary>What an exception of another cause means is not for this to say.</summary>
    private bool IsLost(WebSocketBase socket, Exception error) =>
        socket.CannotSend() is not null && (error is WebSocketTransportException || (IsCut && error is ObjectDisposedException));

    /// <summary>True from a storm's cut to the moment its user learns of it.</summary>
    private bool IsCut => _strike is not null && _outage is null;

    /// <summary>Steps under way fail with the connection; cut by a storm, they are interrupted. The iteration goes on: it has not failed for that.</summary>
    private void CountLoss(Exception error)
    {
        Outcome? failedBefore = user.CountedFailure;
        if (user.HasUnmarkedSteps)
            user.CountFailedSteps(IsCut ? Outcome.StoppedByRun : Outcome.Of(error, user), error);
        else if (!IsCut)
            user.Share.CountFailure(user.Share.OutsideSteps, Outcome.Of(error, user), user, error);
        user.CountedFailure = failedBefore;
    }

    /// <summary>Waits until the next attempt is due.</summary>
    /// <returns>False when there is none.</returns>
    private async ValueTask<bool> WaitAsync(Exception error)
    {
        _outage ??= new Outage(_all.CountLost(), _strike is null ? user.Loop.Now : _cutAt);
        if (policy.DelayBefore(_outage.Attempts++, user.Random) is not { } delay)
        {
            user.Share.CountFailure(_outage.Recorder, Outcome.Of(error, user), user, error);
            _outage = null;
            return false;
        }

        if (delay > TimeSpan.Zero)
            await user.Delay(delay);
        else
            await Task.Yield();
        if (!user.Stopping)
            return true;
        _outage.Recorder.Interrupt();
        _outage = null;
        throw new OperationCanceledException("The user was to stop before it was connected again.");
    }

    /// <summary>The time from a loss to the next connection.</summary>
    private sealed class Outage(StepRecorder recorder, long lostAt)
    {
        internal StepRecorder Recorder => recorder;

        internal long LostAt => lostAt;

        internal int Attempts { get; set; }
    }
}
