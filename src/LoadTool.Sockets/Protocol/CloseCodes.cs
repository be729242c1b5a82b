namespace LoadTool.Sockets.Protocol;

/// <summary>Close codes this library itself uses, and which codes may stand in a Close frame (RFC 6455, section 7.4).</summary>
internal static class CloseCodes
{
    public const ushort Normal = 1000;
    public const ushort GoingAway = 1001;
    public const ushort ProtocolError = 1002;
    public const ushort UnacceptableData = 1003;

    /// <summary>Stands for "the Close frame had no payload"; never on the wire.</summary>
    public const ushort Empty = 1005;

    public const ushort InvalidData = 1007;
    public const ushort MessageTooBig = 1009;

    /// <summary>True for the codes IANA has assigned to frames, the registered range and the private range.</summary>
    public static bool MayBeOnTheWire(ushort code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
