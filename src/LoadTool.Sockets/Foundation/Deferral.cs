using LoadTool.Sockets;

namespace Windows.Foundation;

/// <summary>A promise to finish later what an event asked for. Usable from any thread.</summary>
public sealed class Deferral : IDisposable
{
    private DeferralCompletedHandler? _handler;

    /// <summary>Makes a deferral.</summary>
    /// <param name="handler">Runs once, on the thread that completes. Null is E_INVALIDARG.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: <paramref name="handler"/> is null.</exception>
    public Deferral(DeferralCompletedHandler handler) => _handler = handler ?? throw Failures.InvalidArgument("There is no handler.", nameof(handler));

    /// <summary>Tells that what was deferred is done.</summary>
    /// <exception cref="InvalidOperationException">E_ILLEGAL_METHOD_CALL: it was done already.</exception>
    public void Complete()
    {
        if (!TryComplete())
            throw Failures.IllegalCall("A deferral is completed once.");
    }

    /// <summary>Completes unless that was done already. Repeatable.</summary>
    public void Dispose() => TryComplete();

    private bool TryComplete()
    {
        DeferralCompletedHandler? handler = Interlocked.Exchange(ref _handler, null);
        handler?.Invoke();
        return handler is not null;
    }
}
