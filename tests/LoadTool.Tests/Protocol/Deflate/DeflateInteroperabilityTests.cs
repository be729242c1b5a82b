using System.Buffers;
using System.Net.WebSockets;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

/// <summary>Against the framework's own WebSocket, over bytes in memory, in both roles. It knows windows from 9 bits on.</summary>
public sealed class DeflateInteroperabilityTests
{
    private const int Rsv1 = 4;

    private static readonly byte[][] Messages =
    [
        [], "Hello"u8.ToArray(), "Hello"u8.ToArray(), [.. Enumerable.Repeat("{\"id\":17,\"name\":\"user\"},"u8.ToArray(), 200).SelectMany(part => part)],
        Noise(3000), Noise(3000), new byte[10_000], [], "Hello"u8.ToArray(), Noise(40_000),
    ];

    public static TheoryData<bool, bool, bool> Directions
    {
        get
        {
            var directions = new TheoryData<bool, bool, bool>();
            for (int bits = 0; bits < 8; bits++)
                directions.Add((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
            return directions;
        }
    }

    private static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(1).NextBytes(noise);
        return noise;
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task The_frameworks_WebSocket_understands_us_and_we_understand_it(bool isServer, bool clientForgets, bool serverForgets)
    {
        for (int clientBits = 9; clientBits <= 15; clientBits++)
        {
            for (int serverBits = 9; serverBits <= 15; serverBits++)
                await Exchange(isServer, new DeflateOptions(clientForgets, serverForgets, clientBits, serverBits));
        }
    }

    private static async Task Exchange(bool isServer, DeflateOptions agreed)
    {
        using var wire = new Wire();
        using WebSocket framework = WebSocket.CreateFromStream(wire, new WebSocketCreationOptions
        {
            IsServer = !isServer,
            KeepAliveInterval = TimeSpan.Zero,
            DangerousDeflateOptions = new WebSocketDeflateOptions
            {
                ClientContextTakeover = !agreed.ClientNoContextTakeover,
                ServerContextTakeover = !agreed.ServerNoContextTakeover,
                ClientMaxWindowBits = agreed.ClientMaxWindowBits!.Value,
                ServerMaxWindowBits = agreed.ServerMaxWindowBits!.Value,
            },
        });
        using var us = new End(isServer, agreed);
        var buffer = new byte[64 * 1024];
        foreach (byte[] message in Messages)
        {
            wire.Incoming.Write(us.Send(message));
            wire.Incoming.Position = 0;
            ValueWebSocketReceiveResult received;
            int length = 0;
            do
            {
                received = await framework.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += received.Count;
            }
            while (!received.EndOfMessage);
            Assert.Equal(message, buffer[..length]);
            wire.Incoming.SetLength(0);

            await framework.SendAsync(message.AsMemory(0, message.Length / 2), WebSocketMessageType.Binary, endOfMessage: false, CancellationToken.None);
            await framework.SendAsync(message.AsMemory(message.Length / 2), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            Assert.Equal(message, us.Receive(wire.Outgoing.ToArray()));
            wire.Outgoing.SetLength(0);
        }
    }

    /// <summary>Our end, without a network.</summary>
    private sealed class End(bool isServer, DeflateOptions agreed) : IDisposable
    {
        private static readonly int Full = DeflateOptions.MaxWindowBits;
        private readonly DeflatePool _pool = new();
        private MessageDeflater? _deflater;
        private MessageInflater? _inflater;
        private FrameReader _reader = new(expectMasked: isServer, allowedReservedBits: Rsv1);

        public byte[] Send(byte[] message)
        {
            _deflater ??= isServer
                ? new(_pool, agreed.ServerMaxWindowBits ?? Full, !agreed.ServerNoContextTakeover)
                : new(_pool, agreed.ClientMaxWindowBits ?? Full, !agreed.ClientNoContextTakeover);
            var frame = new byte[64 * 1024];
            ReadOnlySpan<byte> source = message;
            int written = _deflater.Deflate(ref source, frame.AsSpan(FrameHeader.MaxHeaderBytes), endsMessage: true, out bool isDone);
            Assert.True(isDone);
            byte[] payload = frame[FrameHeader.MaxHeaderBytes..(FrameHeader.MaxHeaderBytes + written)];
            uint? key = isServer ? null : 0x12345678;
            int header = FrameHeader.Write(frame, isFinal: true, Rsv1, Opcode.Binary, key, written);
            Masking.Copy(payload, frame.AsSpan(header), key ?? 0, 0);
            return frame[..(header + written)];
        }

        public byte[] Receive(byte[] stream)
        {
            _inflater ??= isServer
                ? new(_pool, agreed.ClientMaxWindowBits ?? Full, !agreed.ClientNoContextTakeover, maxMessageBytes: 1 << 20)
                : new(_pool, agreed.ServerMaxWindowBits ?? Full, !agreed.ServerNoContextTakeover, maxMessageBytes: 1 << 20);
            byte[]? plain = null;
            int length = 0;
            bool isEnded = false;
            Span<byte> source = stream;
            while (_reader.Read(ref source, out Span<byte> payload) == FrameEvent.Data)
            {
                Assert.Equal(Rsv1, _reader.MessageReservedBits);
                Assert.False(isEnded);
                isEnded = _reader.EndsMessage;
                Assert.True(_inflater.TryAppend(payload, isEnded, isText: false, ref plain, ref length));
            }

            Assert.True(isEnded);
            byte[] message = plain.AsSpan(0, length).ToArray();
            if (plain is not null)
                ArrayPool<byte>.Shared.Return(plain);
            return message;
        }

        public void Dispose()
        {
            _deflater?.Dispose();
            _inflater?.Dispose();
            _pool.Dispose();
        }
    }

    /// <summary>Two directions of bytes that are there at once.</summary>
    private sealed class Wire : Stream
    {
        public MemoryStream Incoming { get; } = new();

        public MemoryStream Outgoing { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => Incoming.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Incoming.Read(buffer.Span));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Outgoing.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Outgoing.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
