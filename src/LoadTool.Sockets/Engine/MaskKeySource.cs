using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LoadTool.Sockets;

/// <summary>
/// Unpredictable mask keys (RFC 6455, section 5.3) without a call into the system per frame: a block of the system's
/// random bytes is drawn at a time and used up.
/// </summary>
/// <param name="chance">Where a simulation has its keys from instead, so that they are the same each time; null for the system.</param>
internal sealed class MaskKeySource(SimulatedChance? chance = null)
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
        if (chance is null)
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_keys.AsSpan()));
        for (int i = 0; chance is not null && i < KeysPerRefill; i++)
            _keys[i] = (uint)chance.Next();
        _next = 0;
    }
}
