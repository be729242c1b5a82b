using System.Buffers;

namespace LoadTool.Compatibility;

/// <summary>A message that <see cref="WebSocketClient.Receive"/> gave: its bytes are the caller's until it is disposed of.</summary>
public sealed class WebSocketResponse : IDisposable
{
    private readonly int _length;
    private byte[]? _rented;

    internal WebSocketResponse(ReadOnlySpan<byte> message)
    {
        _length = message.Length;
        _rented = ArrayPool<byte>.Shared.Rent(_length);
        message.CopyTo(_rented);
    }

    /// <summary>The payload.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public ReadOnlyMemory<byte> Data => _rented is { } bytes ? bytes.AsMemory(0, _length) : throw new ObjectDisposedException(nameof(WebSocketResponse));

    /// <summary>Gives the bytes back.</summary>
    public void Dispose()
    {
        if (_rented is not { } bytes)
            return;
        _rented = null;
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
