namespace Windows.Networking.Sockets;

/// <summary>The moments of one message that was sent, in nanoseconds of the event loop's clock; only differences mean something.</summary>
/// <param name="QueuedAt">When the call was made.</param>
/// <param name="SentAt">When the system had taken the last byte: it lies in TCP's buffer then, which is not yet the network.</param>
public readonly record struct SentMessage(long QueuedAt, long SentAt);
