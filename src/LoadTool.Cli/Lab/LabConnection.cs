using LoadTool.Analysis.Lab;
using LoadTool.Metrics;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Networking.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>One socket, kept over all blocks of a cell. On its loop.</summary>
internal sealed class LabConnection : IDisposable
{
    private readonly MessageWebSocket _socket = new();
    private readonly LabCell _cell;
    private readonly byte[] _message;

    /// <summary>Frames of all messages of a burst, masked once: what is in them does not matter.</summary>
    private readonly byte[] _burst;

    /// <summary>When each message on its way was written, the oldest first.</summary>
    private readonly Queue<long> _writtenAt = new();

    private LabConnection(LabCell cell)
    {
        _cell = cell;
        _message = new byte[cell.MessageBytes];
        _burst = cell.Writes == WritePattern.CorkedBatch ? Frames(cell, _socket.Loop.MaskKeys) : [];
    }

    /// <summary>The shortest round trip that the system saw; null where it does not tell.</summary>
    internal TimeSpan? RoundTripTimeMin => _socket.Information.ReadTcpInfo()?.RoundTripTimeMin;

    /// <summary>Switches Nagle's algorithm on or off for what is written from now on. A connection that has gone tells so to whoever writes to it.</summary>
    internal bool UsesNagle
    {
        set => _socket.Channel?.Connection?.SetNoDelay(!value);
    }

    /// <summary>Connects to the path that answers as the cell asks.</summary>
    internal static async Task<LabConnection> ConnectAsync(Uri server, LabCell cell)
    {
        LabConnection connection = new(cell);
        await connection._socket.ConnectAsync(new Uri(server, $"/reply?every={cell.MessagesPerReply}&size={cell.ReplyBytes}"));
        return connection;
    }

    /// <summary>Sends and receives until a moment, and then waits for the replies that are still on their way.</summary>
    /// <param name="countedFrom">What is written before is not counted.</param>
    /// <param name="until">No burst begins after this.</param>
    /// <param name="latency">Gets a value for each reply counted.</param>
    internal async Task<LabStretch> RunAsync(long countedFrom, long until, Histogram latency)
    {
        LabStretch stretch = new();
        long now = _socket.Loop.Now;
        while (now < until)
        {
            if (!stretch.HasBegun && now >= countedFrom)
                stretch.Begin(now, _socket);
            stretch.Count(await WriteAsync(now));
            now = await ReceiveAsync(stretch.BeganAt, latency);
        }

        while (_writtenAt.Count > 0)
            now = await ReceiveAsync(stretch.BeganAt, latency);
        stretch.End(now, _socket);
        return stretch;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Writes as many messages as the pattern has on their way at once.</summary>
    /// <returns>How many that were.</returns>
    private async ValueTask<int> WriteAsync(long now)
    {
        int missing = _cell.MessagesPerBurst - _writtenAt.Count;
        if (_cell.Writes == WritePattern.CorkedBatch)
        {
            for (int message = 0; message < missing; message++)
                _writtenAt.Enqueue(now);
            await _socket.Channel!.SendRawAsync(_burst);
            return missing;
        }

        for (int message = 0; message < missing; message++)
        {
            _writtenAt.Enqueue(_socket.Loop.Now);
            await _socket.SendAsync(_message);
        }

        return missing;
    }

    /// <summary>Receives the next reply; where the pattern waits for all, all of them.</summary>
    /// <exception cref="InvalidDataException">The target answers what it was not asked.</exception>
    private async ValueTask<long> ReceiveAsync(long countedFrom, Histogram latency)
    {
        ReceivedMessage reply;
        do
        {
            reply = await _socket.ReceiveAsync();
            long writtenAt = TakeAnswered(reply);
            if (writtenAt >= countedFrom)
                latency.RecordValue(reply.ReceivedAt - writtenAt);
        }
        while (_writtenAt.Count > 0 && _cell.Writes != WritePattern.Pipelined);
        return reply.ReceivedAt;
    }

    /// <summary>Takes the messages that a reply answers.</summary>
    /// <returns>When the first of them was written.</returns>
    /// <exception cref="InvalidDataException">It is no reply to them.</exception>
    private long TakeAnswered(ReceivedMessage reply)
    {
        if (reply.Length != _cell.ReplyBytes)
            throw new InvalidDataException($"a reply of {reply.Length} bytes came where one of {_cell.ReplyBytes} was asked for");
        long first = long.MaxValue, last = long.MaxValue;
        for (int message = 0; message < _cell.MessagesPerReply; message++)
        {
            last = _writtenAt.TryDequeue(out long at) ? at : long.MaxValue;
            first = Math.Min(first, last);
        }

        return reply.ReceivedAt >= last ? first : throw new InvalidDataException("a reply came before all messages that it answers were written");
    }

    private static byte[] Frames(LabCell cell, MaskKeySource keys)
    {
        byte[] frames = new byte[cell.MessagesPerBurst * (cell.MessageBytes + FrameHeader.MaxHeaderBytes)];
        byte[] payload = new byte[cell.MessageBytes];
        int used = 0;
        for (int message = 0; message < cell.MessagesPerBurst; message++)
        {
            uint key = keys.Next();
            used += FrameHeader.Write(frames.AsSpan(used), isFinal: true, reservedBits: 0, Opcode.Binary, key, cell.MessageBytes);
            Masking.Copy(payload, frames.AsSpan(used), key, offset: 0);
            used += cell.MessageBytes;
        }

        return frames[..used];
    }
}
