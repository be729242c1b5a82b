using LoadTool.Sockets;

namespace Windows.Foundation;

/// <summary>Holds an event open while its handler awaits something. Usable from any thread.</summary>
public sealed class Deferral : IDisposable
{
    private Action? _completed;

    internal Deferral(Action completed) => _completed = completed;

    /// <summary>The handler is done; to be called whatever it decided.</summary>
    /// <exception cref="ObjectDisposedException">Completed or disposed before.</exception>
    public void Complete()
    {
        Action? completed = Interlocked.Exchange(ref _completed, null);
        if (completed is null)
            throw Failures.Closed(nameof(Deferral));
        completed();
    }

    /// <summary>Completes it unless that was done. Repeatable.</summary>
    public void Dispose() => Interlocked.Exchange(ref _completed, null)?.Invoke();
}
