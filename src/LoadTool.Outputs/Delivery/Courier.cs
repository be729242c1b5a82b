namespace LoadTool.Outputs.Delivery;

/// <summary>
/// Brings pieces of data to a receiver, in order, one at a time, beside the run: whoever offers a piece never waits. A receiver that fails is tried again with
/// growing pauses; what waits meanwhile is bounded, and the oldest goes first. What was lost is told at the end.
/// </summary>
/// <remarks>A piece is best small enough to be taken or refused as a whole, such as one interval. Offered to by one thread; nothing here touches an event loop.</remarks>
internal sealed class Courier : IDisposable
{
    /// <summary>A cancelled attempt ends well within it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, Task> _send;
    private readonly DeliveryLimits _limits;
    private readonly TimeProvider _clock;
    private readonly Queue<ReadOnlyMemory<byte>> _waiting = [];
    private readonly SemaphoreSlim _offered = new(0);
    private readonly CancellationTokenSource _over = new();
    private Task? _work;
    private long _waitingBytes;
    private long _lost;
    private long _pieces;
    private bool _isInHand;
    private bool _isEnding;
    private bool _isDisposed;
    private string? _lastError;

    /// <param name="send">
    /// Sends one piece. <see cref="IOException"/>, <see cref="HttpRequestException"/>, <see cref="System.Net.Sockets.SocketException"/> and
    /// <see cref="TimeoutException"/> say that trying again may be of use; <see cref="RefusedException"/>, and whatever else it throws, that it is not.
    /// </param>
    /// <param name="limits">Bounds.</param>
    /// <param name="clock">The clock of pauses and limits.</param>
    internal Courier(Func<ReadOnlyMemory<byte>, CancellationToken, Task> send, DeliveryLimits limits, TimeProvider clock) =>
        (_send, _limits, _clock) = (send, limits, clock);

    /// <summary>Takes a piece, which must not change any more. Never waits.</summary>
    internal void Offer(ReadOnlyMemory<byte> piece)
    {
        lock (_waiting)
        {
            _pieces++;
            _waiting.Enqueue(piece);
            _waitingBytes += piece.Length;
            for (; _waitingBytes > _limits.BufferBytes; _lost++)
                _waitingBytes -= _waiting.Dequeue().Length;
        }

        _offered.Release();
        _work ??= Task.Run(WorkAsync);
    }

    /// <summary>Waits for what is still to be sent, as long as the limits allow.</summary>
    /// <exception cref="IOException">Something was lost, now or earlier: how much of how much, and why.</exception>
    internal void Finish()
    {
        Volatile.Write(ref _isEnding, true);
        _offered.Release();
        if (!EndsWithin(_limits.Farewell))
        {
            _over.Cancel();
            EndsWithin(Patience);
        }

        lock (_waiting)
        {
            long lost = _lost + _waiting.Count + (_isInHand ? 1 : 0);
            if (lost > 0)
                throw new IOException($"{lost} of {_pieces} pieces were not delivered: {_lastError ?? "the receiver takes them too slowly"}");
        }
    }

    /// <summary>Stops sending at once.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _over.Cancel();
        _offered.Release();

        // A sender that heeds no cancellation keeps what it uses, to the end of the process.
        if (!EndsWithin(Patience))
            return;
        _offered.Dispose();
        _over.Dispose();
    }

    private bool EndsWithin(TimeSpan limit)
    {
        try
        {
            _work?.WaitAsync(limit, _clock).GetAwaiter().GetResult();
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task WorkAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            if (TryTake(out ReadOnlyMemory<byte> piece))
                await DeliverAsync(piece);
            else if (Volatile.Read(ref _isEnding))
                return;
            else
                await _offered.WaitAsync();
        }
    }

    private async Task DeliverAsync(ReadOnlyMemory<byte> piece)
    {
        for (TimeSpan pause = _limits.FirstPause; !await TrySendAsync(piece); pause = pause * 2 < _limits.LongestPause ? pause * 2 : _limits.LongestPause)
        {
            await Task.Delay(pause, _clock, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_over.IsCancellationRequested)
                return;
        }

        lock (_waiting)
            _isInHand = false;
    }

    /// <returns>True when nothing more is to be done about the piece.</returns>
    private async Task<bool> TrySendAsync(ReadOnlyMemory<byte> piece)
    {
        using CancellationTokenSource limit = new(_limits.Attempt, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _over.Token);
        try
        {
            await _send(piece, either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            Fail(limit.IsCancellationRequested ? $"no answer within {_limits.Attempt.TotalSeconds:0.#} s" : _lastError ?? "the receiver did not take it before the run's end");
            return false;
        }
        catch (Exception error) when (error is not RefusedException && error is IOException or HttpRequestException or System.Net.Sockets.SocketException or TimeoutException)
        {
            // Of a connection that broke, the client's own words say nothing.
            Fail(error is HttpRequestException { HttpRequestError: HttpRequestError.Unknown or HttpRequestError.ResponseEnded, InnerException: { } cause } ? cause.Message : error.Message);
            return false;
        }
        catch (Exception error)
        {
            Fail(error is RefusedException ? error.Message : $"{error.GetType().Name}: {error.Message}");
            lock (_waiting)
                _lost++;
            return true;
        }
    }

    private void Fail(string error) => _lastError = VisibleText.OneLine(error, 300);

    private bool TryTake(out ReadOnlyMemory<byte> piece)
    {
        lock (_waiting)
        {
            _isInHand = _waiting.TryDequeue(out piece);
            _waitingBytes -= piece.Length;
            return _isInHand;
        }
    }
}
