namespace Windows.Networking.Sockets;

/// <summary>What <see cref="WebSocketBase.SendFaultAsync"/> sends: each breaks RFC 6455 in one way. A server must fail the connection, with a Close frame of the code named here.</summary>
public enum WebSocketFault
{
    /// <summary>A text message that is not UTF-8 (section 8.1): 1007.</summary>
    InvalidUtf8,

    /// <summary>A text message that ends inside a character (section 8.1): 1007.</summary>
    TruncatedUtf8,

    /// <summary>A frame without a mask, which a client must not send (section 5.1): 1002.</summary>
    UnmaskedFrame,

    /// <summary>A frame with opcode 3 (section 5.2): 1002.</summary>
    ReservedOpcode,

    /// <summary>A control frame with opcode 11 (section 5.2): 1002.</summary>
    ReservedControlOpcode,

    /// <summary>A frame with RSV2, which no extension claims (section 5.2): 1002.</summary>
    ReservedBit,

    /// <summary>A ping of 126 bytes (section 5.5): 1002.</summary>
    OversizeControlFrame,

    /// <summary>A ping that is not final (section 5.5): 1002.</summary>
    FragmentedControlFrame,

    /// <summary>A continuation although no message has begun (section 5.4): 1002.</summary>
    ContinuationWithoutStart,

    /// <summary>A message that begins inside another (section 5.4): 1002.</summary>
    MessageInsideMessage,

    /// <summary>A length of 2 bytes written in 8 (section 5.2): 1002. Some servers let it pass.</summary>
    LongFormLength,

    /// <summary>A length of 2 to the power of 63, whose highest bit must be 0 (section 5.2): 1002, or 1009.</summary>
    OversizeLength,

    /// <summary>A Close frame with the code 1005, which must not be sent (section 7.4.1): 1002.</summary>
    InvalidCloseCode,

    /// <summary>A Close frame with half a code (section 5.5.1): 1002.</summary>
    HalfCloseCode,

    /// <summary>A Close frame whose reason is not UTF-8 (section 5.5.1): 1007.</summary>
    InvalidCloseReason,

    /// <summary>
    /// Half a frame: 10 bytes are announced and 5 sent. The server waits; <see cref="WebSocketBase.Abort"/> or a dispose cuts it off, and what is sent otherwise is
    /// taken for the rest.
    /// </summary>
    TruncatedFrame,
}
