namespace LoadTool.Benchmarks.SideBySide;

/// <summary>Bytes one way between two ends on one thread: as little of its own as can be between SslStream and itself.</summary>
internal sealed class MemoryWire
{
    private readonly byte[] _bytes = new byte[16 * 1024];
    private TaskCompletionSource? _waiting;
    private int _start;
    private int _end;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
        TaskCompletionSource? waiting = _waiting;
        _waiting = null;
        waiting?.SetResult();
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer) => _start < _end ? new(Take(buffer)) : WaitAsync(buffer);

    private async ValueTask<int> WaitAsync(Memory<byte> buffer)
    {
        _waiting = new TaskCompletionSource();
        await _waiting.Task;
        return Take(buffer);
    }

    private int Take(Memory<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _end - _start);
        _bytes.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        if (_start == _end)
            (_start, _end) = (0, 0);
        return count;
    }
}
