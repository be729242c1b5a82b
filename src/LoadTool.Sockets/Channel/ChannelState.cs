namespace LoadTool.Sockets;

/// <summary>Where a channel is in its life.</summary>
internal enum ChannelState : byte
{
    /// <summary>Not connected yet, or the last attempt failed.</summary>
    Idle,

    /// <summary>TCP is being established.</summary>
    Connecting,

    /// <summary>TLS is being established.</summary>
    Securing,

    /// <summary>The HTTP upgrade is under way.</summary>
    Upgrading,

    /// <summary>Messages pass.</summary>
    Open,

    /// <summary>Our Close frame went first; the peer's is awaited.</summary>
    CloseSent,

    /// <summary>Both Close frames have passed; the end of TCP is awaited.</summary>
    Closing,

    /// <summary>Ended in order.</summary>
    Finished,

    /// <summary>Ended by a failure.</summary>
    Broken,
}
