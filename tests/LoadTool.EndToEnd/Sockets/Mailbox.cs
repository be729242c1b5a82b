using System.Threading.Channels;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>The arguments of MessageReceived in the order they came.</summary>
internal sealed class Mailbox
{
    private readonly Channel<MessageWebSocketMessageReceivedEventArgs> _arrived = Channel.CreateUnbounded<MessageWebSocketMessageReceivedEventArgs>();

    public Mailbox(MessageWebSocket socket) => socket.MessageReceived += (_, args) => _arrived.Writer.TryWrite(args);

    /// <summary>The test that waits is bounded by its host's 30 s.</summary>
    public async Task<MessageWebSocketMessageReceivedEventArgs> NextAsync() => await _arrived.Reader.ReadAsync();

    public bool IsEmpty => !_arrived.Reader.TryPeek(out _);

    public static byte[] Bytes(MessageWebSocketMessageReceivedEventArgs args)
    {
        using DataReader reader = args.GetDataReader();
        byte[] bytes = new byte[reader.UnconsumedBufferLength];
        reader.ReadBytes(bytes);
        return bytes;
    }

    public static string Text(MessageWebSocketMessageReceivedEventArgs args)
    {
        using DataReader reader = args.GetDataReader();
        return reader.ReadString(reader.UnconsumedBufferLength);
    }
}
