namespace LoadTool.Sockets.Protocol;

/// <summary>The peer broke RFC 6455; the connection fails with a Close frame of this code.</summary>
/// <param name="closeCode">The code RFC 6455, section 7.4.1, has for it.</param>
/// <param name="message">What was wrong with the bytes.</param>
internal sealed class FrameException(ushort closeCode, string message) : Exception(message)
{
    public ushort CloseCode => closeCode;

    public static FrameException ProtocolError(string message) => new(CloseCodes.ProtocolError, message);

    public static FrameException InvalidUtf8(string message) => new(CloseCodes.InvalidData, message);
}
