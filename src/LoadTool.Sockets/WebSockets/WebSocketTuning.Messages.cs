using LoadTool.Sockets;

namespace Windows.Networking.Sockets;

/// <content>What happens to messages on their way.</content>
public sealed partial class WebSocketTuning
{
    /// <summary>
    /// What to offer the server of permessage-deflate (RFC 7692); null, the default, offers nothing.
    /// <see cref="DeflateOptions.OfBrowsers"/> is what browsers offer. What was agreed on stands in <see cref="WebSocketInformationBase.Compression"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A window is not of 8 to 15 bits.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    /// <exception cref="PlatformNotSupportedException">This runtime lacks the zlib that does it.</exception>
    public DeflateOptions? Deflate
    {
        get;
        set
        {
            value?.Validate();
            field = BeforeConnect(value, nameof(Deflate));
        }
    }

    /// <summary>
    /// Whether messages are compressed where permessage-deflate is agreed on; true by default. May be changed at any time, and holds from the
    /// next message on.
    /// </summary>
    public bool CompressesMessages
    {
        get;
        set
        {
            field = value;
            _socket.Retune();
        }
    } = true;

    /// <summary>
    /// What one compressed message may inflate to, in bytes; 64 MiB by default. A larger one ends the socket with close code 1009 and is inflated
    /// no further. <see cref="MessageWebSocketControl.MaxMessageSize"/> holds besides.
    /// </summary>
    /// <exception cref="ArgumentException">Negative.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public long MaxInflatedBytes
    {
        get;
        set => field = BeforeConnect(NotNegative(value), nameof(MaxInflatedBytes));
    } = ChannelExtras.DefaultMaxInflatedBytes;

    /// <summary>
    /// The largest payload of one outgoing frame, in bytes: longer messages leave in several frames. 0, the default, sets no limit. A compressed
    /// message is cut after it was compressed. May be changed at any time, and holds from the next send on.
    /// </summary>
    /// <exception cref="ArgumentException">Negative.</exception>
    public int FragmentBytes
    {
        get;
        set
        {
            field = (int)NotNegative(value);
            _socket.Retune();
        }
    }

    /// <summary>Whether the server's pings are answered; true by default. False is a client that hangs, to a server. May be changed at any time.</summary>
    public bool AnswersPings
    {
        get;
        set
        {
            field = value;
            _socket.Retune();
        }
    } = true;

    /// <summary>
    /// A slow reader: no more than this many bytes per second are read from the connection, frame headers included, in small portions; once TCP's
    /// buffers are full the server is held back. Over TLS it is the bytes inside that count, without what encryption adds (about 22 per record), and a
    /// record, of 16 KiB at most, is read whole. 0, the default, sets no limit. May be changed at any time; closing lifts it.
    /// </summary>
    /// <exception cref="ArgumentException">Negative.</exception>
    public int MaxReceiveBytesPerSecond
    {
        get;
        set
        {
            field = (int)NotNegative(value);
            _socket.Retune();
        }
    }

    /// <summary>
    /// How long the server may take nothing of what is sent to it, or pause inside a frame that it sends, before the socket fails; 30 s by default, as in
    /// Windows. Idle time between messages is no stall.
    /// </summary>
    /// <inheritdoc cref="TcpLimit" path="/exception"/>
    public TimeSpan StallLimit { get; set => field = CheckedLimit(value, nameof(StallLimit)); } = WebSocketChannel.DefaultStallLimit;

    /// <summary>How long to wait for the server's Close frame, and for the end of TCP after it, before TCP is reset; 10 s by default.</summary>
    /// <inheritdoc cref="TcpLimit" path="/exception"/>
    public TimeSpan CloseLimit { get; set => field = CheckedLimit(value, nameof(CloseLimit)); } = WebSocketChannel.DefaultCloseLimit;

    /// <summary>Hands a channel what it is to know of this. On its loop.</summary>
    internal void Tune(WebSocketChannel channel)
    {
        // Tuned for something else, and never for messages: the channel stays small.
        if (LeavesMessagesAlone && channel.ExtrasIfAny is null)
            return;
        ChannelExtras extras = channel.Extras;
        extras.CompressesMessages = CompressesMessages;
        extras.MaxInflatedBytes = MaxInflatedBytes;
        extras.FrameBytes = FragmentBytes == 0 ? int.MaxValue : FragmentBytes;
        extras.AnswersPings = AnswersPings;
        (extras.StallLimit, extras.CloseLimit) = (Finite(StallLimit), Finite(CloseLimit));
        extras.MaxReceiveBytesPerSecond = MaxReceiveBytesPerSecond;
        channel.LimitReceiving();
    }

    private bool LeavesMessagesAlone => Deflate is null && FragmentBytes == 0 && AnswersPings && MaxReceiveBytesPerSecond == 0
        && StallLimit == WebSocketChannel.DefaultStallLimit && CloseLimit == WebSocketChannel.DefaultCloseLimit;

    /// <summary>A hundred years, where there is no limit.</summary>
    private static TimeSpan Finite(TimeSpan limit) => limit == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(36_500) : limit;

    private static long NotNegative(long value) => value >= 0 ? value : throw Failures.InvalidArgument("A number of bytes is not negative.", nameof(value));
}
