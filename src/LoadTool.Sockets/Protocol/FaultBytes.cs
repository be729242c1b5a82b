using Windows.Networking.Sockets;

namespace LoadTool.Sockets.Protocol;

/// <summary>The bytes of each fault; the same each time, so that what a server saw can be looked up.</summary>
internal static class FaultBytes
{
    /// <summary>The key of RFC 6455's own examples (section 5.7).</summary>
    private static ReadOnlySpan<byte> Key => [0x37, 0xFA, 0x21, 0x3D];

    /// <exception cref="ArgumentException">Not a value of the enumeration.</exception>
    public static byte[] Of(WebSocketFault fault) => fault switch
    {
        WebSocketFault.InvalidUtf8 => Masked([0x81, 0x82], [0xC3, 0x28]),
        WebSocketFault.TruncatedUtf8 => Masked([0x81, 0x81], [0xC3]),
        WebSocketFault.UnmaskedFrame => [0x81, 0x02, 0x48, 0x69],
        WebSocketFault.ReservedOpcode => Masked([0x83, 0x80], []),
        WebSocketFault.ReservedControlOpcode => Masked([0x8B, 0x80], []),
        WebSocketFault.ReservedBit => Masked([0xA1, 0x82], "Hi"u8),
        WebSocketFault.OversizeControlFrame => Masked([0x89, 0xFE, 0, 126], new byte[126]),
        WebSocketFault.FragmentedControlFrame => Masked([0x09, 0x80], []),
        WebSocketFault.ContinuationWithoutStart => Masked([0x80, 0x82], "Hi"u8),
        WebSocketFault.MessageInsideMessage => [.. Masked([0x01, 0x82], "Hi"u8), .. Masked([0x81, 0x82], "Hi"u8)],
        WebSocketFault.LongFormLength => Masked([0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0, 2], "Hi"u8),
        WebSocketFault.OversizeLength => Masked([0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], []),
        WebSocketFault.InvalidCloseCode => Masked([0x88, 0x82], [0x03, 0xED]),
        WebSocketFault.HalfCloseCode => Masked([0x88, 0x81], [0x03]),
        WebSocketFault.InvalidCloseReason => Masked([0x88, 0x84], [0x03, 0xE8, 0xC3, 0x28]),
        WebSocketFault.TruncatedFrame => Masked([0x82, 0x8A], "Hello"u8),
        _ => throw Failures.InvalidArgument($"{(int)fault} is no WebSocketFault.", nameof(fault)),
    };

    private static byte[] Masked(ReadOnlySpan<byte> start, ReadOnlySpan<byte> payload)
    {
        byte[] frame = [.. start, .. Key, .. payload];
        for (int index = 0; index < payload.Length; index++)
            frame[start.Length + Key.Length + index] ^= Key[index & 3];
        return frame;
    }
}
