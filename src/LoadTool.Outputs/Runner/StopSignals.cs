using System.Runtime.InteropServices;

namespace LoadTool;

/// <summary>Ctrl-C or SIGTERM ends the run in order; the second one ends the process.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    internal StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    internal CancellationToken Stopping => _stopping.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stopping.Dispose();
    }

    /// <summary>What the first signal does, at once: the caller is not kept while the run ends.</summary>
    internal void Stop()
    {
        Console.Error.WriteLine("stopping in order, as asked on the live page");
        _ = _stopping.CancelAsync();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stopping.IsCancellationRequested)
            Environment.Exit(ExitCode.Stopped);
        Console.Error.WriteLine("stopping in order; once more stops at once");
        _stopping.Cancel();
    }
}
