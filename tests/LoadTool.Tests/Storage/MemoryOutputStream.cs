using LoadTool.Sockets;
using Windows.Storage.Streams;

namespace LoadTool.Tests.Storage;

/// <summary>A stream that keeps what is written; a write waits for <see cref="Gate"/>.</summary>
internal sealed class MemoryOutputStream : IOutputStream
{
    public List<byte[]> Writes { get; } = [];

    public int Flushes { get; private set; }

    public bool IsClosed { get; private set; }

    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>The most bytes one write takes.</summary>
    public int Limit { get; set; } = int.MaxValue;

    public async Task<uint> WriteAsync(IBuffer buffer, CancellationToken ct = default)
    {
        if (IsClosed)
            throw Failures.Closed(nameof(MemoryOutputStream));
        await Gate.WaitAsync(ct);
        Writes.Add([.. buffer.ToArray().Take(Limit)]);
        return (uint)Writes[^1].Length;
    }

    public async Task<bool> FlushAsync(CancellationToken ct = default)
    {
        if (IsClosed)
            throw Failures.Closed(nameof(MemoryOutputStream));
        await Gate.WaitAsync(ct);
        Flushes++;
        return true;
    }

    public void Dispose() => IsClosed = true;
}
