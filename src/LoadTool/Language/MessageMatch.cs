using System.Buffers.Text;
using System.Text;

namespace LoadTool;

/// <summary>How a <see cref="MessageSchedule"/> knows which message a reply answers.</summary>
public sealed class MessageMatch
{
    private MessageMatch(Func<ReadOnlySpan<byte>, long?>? key) => Key = key;

    /// <summary>Replies come in the order of the messages: each answers the oldest in flight. A server that may lose replies needs a key.</summary>
    public static MessageMatch InOrder { get; } = new(null);

    /// <summary>The <see cref="LatencyMarker"/> in each message is its key: for <see cref="Payload.Marked"/>.</summary>
    public static MessageMatch ByMarker { get; } = new(static message =>
        LatencyMarker.TryRead(message, out LatencyMarker marker) ? ((long)marker.Sender << 32) ^ marker.Sequence : null);

    /// <summary>Reads the key from messages; null stands for order.</summary>
    internal Func<ReadOnlySpan<byte>, long?>? Key { get; }

    /// <summary>A key tells: the same function reads it from what is sent and from what is received.</summary>
    /// <param name="key">Gives a message's key, or null where it has none. Each message in flight on a socket has another key. Must not allocate, or each message will.</param>
    public static MessageMatch ByKey(Func<ReadOnlySpan<byte>, long?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new MessageMatch(key);
    }

    /// <summary>The whole number that follows a text is the key, as <c>7</c> follows <c>"id":</c> in <c>{"id":7}</c>; spaces between are skipped.</summary>
    /// <param name="text">What stands before the number, in messages and in replies.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static MessageMatch ByNumberAfter(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        byte[] before = Encoding.UTF8.GetBytes(text);
        return new MessageMatch(message =>
        {
            int at = message.IndexOf(before);
            return at >= 0 && Utf8Parser.TryParse(message[(at + before.Length)..].TrimStart((byte)' '), out long number, out _) ? number : null;
        });
    }
}
