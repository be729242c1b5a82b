using LoadTool.Sockets;

namespace Windows.Networking.Sockets;

/// <summary>Options of a <see cref="MessageWebSocket"/>. All but <see cref="MessageType"/> are for before it connects.</summary>
public sealed class MessageWebSocketControl : WebSocketControlBase
{
    internal MessageWebSocketControl(MessageWebSocket socket)
        : base(socket)
    {
    }

    /// <summary>The type of outgoing messages; binary by default. May be changed at any time; what is received has its own.</summary>
    /// <exception cref="ArgumentException">Not a value of the enumeration.</exception>
    public SocketMessageType MessageType
    {
        get;
        set => field = value is SocketMessageType.Binary or SocketMessageType.Utf8
            ? value
            : throw Failures.InvalidArgument($"{(int)value} is no SocketMessageType.", nameof(value));
    }

    /// <summary>The largest message accepted, in bytes; without limit (0xFFFFFFFF) by default.</summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public uint MaxMessageSize
    {
        get;
        set
        {
            Socket.RequireNotConnected(nameof(MaxMessageSize));
            field = value;
        }
    } = uint.MaxValue;

    /// <summary>Whether <see cref="MessageWebSocket.MessageReceived"/> tells whole messages, the default, or their pieces as they arrive.</summary>
    /// <exception cref="ArgumentException">Not a value of the enumeration.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public MessageWebSocketReceiveMode ReceiveMode
    {
        get;
        set
        {
            Socket.RequireNotConnected(nameof(ReceiveMode));
            field = value is MessageWebSocketReceiveMode.FullMessage or MessageWebSocketReceiveMode.PartialMessage
                ? value
                : throw Failures.InvalidArgument($"{(int)value} is no MessageWebSocketReceiveMode.", nameof(value));
        }
    }
}
