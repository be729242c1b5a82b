using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LoadTool.Sockets;

/// <summary>
/// Unpredictable mask keys (RFC 6455, section 5.3) without a call into the system per frame: a block of the system's
/// random bytes is drawn at a time and used up.
/// </summary>
internal sealed class MaskKeySource
{
    private const int KeysPerRefill = 1024;

    private readonly uint[] _keys = new uint[KeysPerRefill];
    private int _next = KeysPerRefill;

    internal uint Next()
    {
        if (_next == KeysPerRefill)
            Refill();
        return _keys[_next++];
    }

    private void Refill()
    {
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_keys.AsSpan()));
        _next = 0;
    }
}
