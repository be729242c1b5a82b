namespace LoadTool.Sockets.Protocol;

/// <summary>
/// Streams that no message is using, for one event loop: a direction without context takeover needs one only while a message is under way, so
/// thousands of sockets share the few. Not for several threads.
/// </summary>
internal sealed class DeflatePool : IDisposable
{
    /// <summary>Idle streams kept per kind (at most 1 MB each): more than one is in use only when messages come in interleaved pieces.</summary>
    private const int MaxIdle = 4;

    private readonly Stack<ZlibStream>?[] _deflaters = new Stack<ZlibStream>?[DeflateOptions.MaxWindowBits + 1];
    private readonly Stack<ZlibStream> _inflaters = new(MaxIdle);

    /// <summary>A deflater that remembers nothing.</summary>
    public ZlibStream RentDeflater(int windowBits) =>
        _deflaters[windowBits] is { Count: > 0 } idle ? idle.Pop() : ZlibStream.CreateDeflater(windowBits);

    /// <summary>Takes back a deflater whose last output was a full flush.</summary>
    public void ReturnDeflater(ZlibStream deflater, int windowBits) => Keep(_deflaters[windowBits] ??= new(MaxIdle), deflater);

    /// <summary>An inflater that remembers nothing.</summary>
    public ZlibStream RentInflater(int windowBits)
    {
        if (!_inflaters.TryPop(out ZlibStream? inflater))
            return ZlibStream.CreateInflater(windowBits);
        inflater.ResetInflater(windowBits);
        return inflater;
    }

    /// <summary>Takes back an inflater in any state.</summary>
    public void ReturnInflater(ZlibStream inflater) => Keep(_inflaters, inflater);

    public void Dispose()
    {
        foreach (Stack<ZlibStream>? idle in _deflaters)
            Clear(idle);
        Clear(_inflaters);
    }

    private static void Keep(Stack<ZlibStream> idle, ZlibStream stream)
    {
        if (idle.Count < MaxIdle)
            idle.Push(stream);
        else
            stream.Dispose();
    }

    private static void Clear(Stack<ZlibStream>? idle)
    {
        while (idle is not null && idle.TryPop(out ZlibStream? stream))
            stream.Dispose();
    }
}
