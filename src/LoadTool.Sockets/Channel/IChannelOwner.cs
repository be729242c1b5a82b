namespace LoadTool.Sockets;

/// <summary>What a client channel tells the socket object it serves, on the loop's thread.</summary>
internal interface IChannelOwner
{
    /// <summary>Its number among the sockets of the run.</summary>
    uint SocketId { get; }

    /// <inheritdoc cref="WebSocketChannel.OnMessage"/>
    void OnMessage(Memory<byte> payload, Protocol.Opcode opcode, long receivedAt, byte[]? rented);

    /// <inheritdoc cref="WebSocketChannel.OnPiece"/>
    void OnPiece(Memory<byte> piece, Protocol.Opcode opcode, bool endsMessage, long receivedAt);

    /// <summary>The peer's Close frame arrived.</summary>
    void OnPeerClosed(ushort code, string reason);

    /// <summary>The channel broke after it was open.</summary>
    void OnBroken(Exception cause);

    /// <summary>The channel ended in order, or nobody answered our Close frame within the limit.</summary>
    void OnFinished();
}
