using FsCheck;
using FsCheck.Fluent;
using Windows.Storage.Streams;
using Buffer = Windows.Storage.Streams.Buffer;

namespace LoadTool.Tests.Storage;

public sealed class DataReaderTests
{
    private static DataReader ReaderOf(params byte[] bytes) => DataReader.FromBuffer(bytes.AsBuffer());

    [Fact]
    public async Task Behaviour_144_LoadAsync_and_all_else_during_a_LoadAsync_is_0x800710DD()
    {
        var gate = new TaskCompletionSource();
        var stream = new GatedInputStream([1, 2]) { Gate = gate.Task };
        using var reader = new DataReader(stream);
        Task<uint> load = reader.LoadAsync(2);
        await HResultAssert.ThrowsAsync<Exception>(HResultAssert.InvalidOperation, () => reader.LoadAsync(1));
        HResultAssert.Throws<Exception>(HResultAssert.InvalidOperation, () => reader.DetachStream());
        HResultAssert.Throws<Exception>(HResultAssert.InvalidOperation, () => reader.DetachBuffer());
        HResultAssert.Throws<Exception>(HResultAssert.InvalidOperation, () => reader.ReadByte());

        gate.SetResult();
        Assert.Equal(2u, await load);
        Assert.Equal(1, reader.ReadByte());
        Assert.Same(stream, reader.DetachStream());
    }

    [Fact]
    public void Behaviour_145_Reading_past_the_loaded_bytes_is_E_BOUNDS_and_consumes_nothing()
    {
        DataReader reader = ReaderOf(1, 2);
        Action[] calls =
        [
            () => reader.ReadInt32(), () => reader.ReadInt64(), () => reader.ReadGuid(), () => reader.ReadBytes(new byte[3]), () => reader.ReadBuffer(3),
            () => reader.ReadString(3), () => reader.ReadBuffer(uint.MaxValue), () => reader.ReadString(uint.MaxValue), () => reader.ReadDouble(),
            () => reader.ReadDateTime(), () => reader.ReadTimeSpan(), () => reader.ReadSingle(),
        ];
        foreach (Action call in calls)
            HResultAssert.Throws<ArgumentOutOfRangeException>(HResultAssert.Bounds, call);
        Assert.Equal(2u, reader.UnconsumedBufferLength);
        Assert.Equal(0x0102, reader.ReadInt16());
        HResultAssert.Throws<ArgumentOutOfRangeException>(HResultAssert.Bounds, () => reader.ReadByte());
    }

    [Fact]
    public void Behaviour_146_ReadString_counts_code_units_of_the_encoding()
    {
        DataReader reader = ReaderOf([.. "Très"u8, 0x54, 0, 0xE8, 0, 0, 0x54]);
        Assert.Equal("Très", reader.ReadString(5));
        reader.UnicodeEncoding = UnicodeEncoding.Utf16LE;
        Assert.Equal("Tè", reader.ReadString(2));
        reader.UnicodeEncoding = UnicodeEncoding.Utf16BE;
        Assert.Equal("T", reader.ReadString(1));
        Assert.Equal("", reader.ReadString(0));
    }

    [Fact]
    public void Behaviour_147_Disposing_a_reader_disposes_its_stream_unless_it_was_detached()
    {
        var owned = new GatedInputStream();
        var owner = new DataReader(owned);
        owner.Dispose();
        owner.Dispose();
        Assert.True(owned.IsClosed);

        var kept = new GatedInputStream();
        using (var reader = new DataReader(kept))
            Assert.Same(kept, reader.DetachStream());
        Assert.False(kept.IsClosed);
    }

    [Fact]
    public async Task A_disposed_reader_is_closed()
    {
        var reader = new DataReader(new GatedInputStream());
        reader.Dispose();
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => reader.ReadByte());
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => reader.DetachBuffer());
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => reader.DetachStream());
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => _ = reader.UnconsumedBufferLength);
        await HResultAssert.ThrowsAsync<ObjectDisposedException>(HResultAssert.Closed, () => reader.LoadAsync(1));
    }

    [Fact]
    public async Task A_reader_without_a_stream_needs_no_loading_and_cannot_load()
    {
        DataReader reader = ReaderOf(1);
        await HResultAssert.ThrowsAsync<InvalidOperationException>(HResultAssert.IllegalMethodCall, () => reader.LoadAsync(1));
        HResultAssert.Throws<InvalidOperationException>(HResultAssert.IllegalMethodCall, () => reader.DetachStream());
        Assert.Equal(1, reader.ReadByte());
    }

    [Fact]
    public void Wrong_arguments_are_E_INVALIDARG()
    {
        DataReader reader = ReaderOf(1);
        Action[] calls =
        [
            () => _ = new DataReader(null!), () => DataReader.FromBuffer(null!), () => reader.ReadBytes(null!),
            () => reader.UnicodeEncoding = (UnicodeEncoding)3, () => reader.ByteOrder = (ByteOrder)2,
        ];
        foreach (Action call in calls)
            HResultAssert.Throws<ArgumentException>(HResultAssert.InvalidArgument, call);
    }

    [Fact]
    public async Task Loads_append_to_what_was_not_read_and_end_with_0()
    {
        using var reader = new DataReader(new MemoryInputStream(new byte[] { 1, 2, 3, 4, 5, 6, 7 }));
        Assert.Equal(0u, await reader.LoadAsync(0));
        Assert.Equal(3u, await reader.LoadAsync(3));
        Assert.Equal(1, reader.ReadByte());
        Assert.Equal(2u, await reader.LoadAsync(2));
        Assert.Equal(0x02030405, reader.ReadInt32());
        Assert.Equal(2u, await reader.LoadAsync(100));
        Assert.Equal(2u, reader.UnconsumedBufferLength);
        Assert.Equal([6, 7], reader.DetachBuffer().ToArray());
        Assert.Equal(0u, reader.UnconsumedBufferLength);
        Assert.Equal(0u, await reader.LoadAsync(1));
    }

    [Fact]
    public async Task The_returned_buffer_counts_even_when_it_is_another_and_longer()
    {
        var stream = new GatedInputStream([1], [2, 3, 4, 5]);
        using var reader = new DataReader(stream) { InputStreamOptions = InputStreamOptions.ReadAhead };
        Assert.Equal(1u, await reader.LoadAsync(10));
        Assert.Equal(4u, await reader.LoadAsync(1));
        Assert.Equal(InputStreamOptions.ReadAhead, stream.LastOptions);
        var all = new byte[5];
        reader.ReadBytes(all);
        Assert.Equal([1, 2, 3, 4, 5], all);
    }

    [Fact]
    public async Task A_failed_load_leaves_the_reader_usable()
    {
        var stream = new GatedInputStream([1]) { Gate = Task.FromException(new IOException("no")) };
        using var reader = new DataReader(stream);
        await Assert.ThrowsAsync<IOException>(() => reader.LoadAsync(1));
        stream.Gate = Task.CompletedTask;
        Assert.Equal(1u, await reader.LoadAsync(1));
    }

    [Fact]
    public async Task A_stream_in_memory_gives_its_bytes_and_then_its_end()
    {
        var stream = new MemoryInputStream(new byte[] { 1, 2, 3 });
        var buffer = new Buffer(2);
        Assert.Same(buffer, await stream.ReadAsync(buffer, 2, InputStreamOptions.None));
        Assert.Equal([1, 2], buffer.ToArray());
        Assert.Equal(1u, (await stream.ReadAsync(buffer, 2, InputStreamOptions.None)).Length);
        Assert.Equal(0u, (await stream.ReadAsync(buffer, 2, InputStreamOptions.Partial)).Length);
        await HResultAssert.ThrowsAsync<ArgumentException>(HResultAssert.InvalidArgument, () => stream.ReadAsync(buffer, 3, InputStreamOptions.None));
        await HResultAssert.ThrowsAsync<OperationCanceledException>(
            unchecked((int)0x800704C7), () => stream.ReadAsync(buffer, 1, InputStreamOptions.None, new CancellationToken(canceled: true)));
        stream.Dispose();
        await HResultAssert.ThrowsAsync<ObjectDisposedException>(HResultAssert.Closed, () => stream.ReadAsync(buffer, 1, InputStreamOptions.None));
    }

    [Fact]
    public void A_moment_outside_the_years_of_dotnet_is_out_of_bounds()
    {
        HResultAssert.Throws<ArgumentOutOfRangeException>(HResultAssert.Bounds, () => ReaderOf(0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF).ReadDateTime());
        HResultAssert.Throws<ArgumentOutOfRangeException>(HResultAssert.Bounds, () => ReaderOf(0x80, 0, 0, 0, 0, 0, 0, 0).ReadDateTime());
    }

    [Fact]
    public void Whatever_was_written_is_read_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var random = new Random(seed);
            ByteOrder order = (ByteOrder)random.Next(2);
            UnicodeEncoding encoding = (UnicodeEncoding)random.Next(3);
            var writer = new DataWriter { ByteOrder = order, UnicodeEncoding = encoding };
            var checks = new List<Func<DataReader, bool>>();
            for (int i = random.Next(1, 20); i > 0; i--)
                checks.Add(WriteOne(writer, random));

            DataReader reader = DataReader.FromBuffer(writer.DetachBuffer());
            reader.ByteOrder = order;
            reader.UnicodeEncoding = encoding;
            return checks.All(check => check(reader)) && reader.UnconsumedBufferLength == 0;
        }));

    /// <summary>Writes a random value of a random type; the result reads it back and compares.</summary>
    private static Func<DataReader, bool> WriteOne(DataWriter writer, Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        long value = BitConverter.ToInt64(bytes);
        switch (random.Next(15))
        {
            case 0: writer.WriteByte(bytes[0]); return reader => reader.ReadByte() == bytes[0];
            case 1: writer.WriteBytes(bytes); return reader => reader.ReadBuffer(16).ToArray().SequenceEqual(bytes);
            case 2: writer.WriteBoolean(value > 0); return reader => reader.ReadBoolean() == value > 0;
            case 3: writer.WriteGuid(new(bytes)); return reader => reader.ReadGuid() == new Guid(bytes);
            case 4: writer.WriteInt16((short)value); return reader => reader.ReadInt16() == (short)value;
            case 5: writer.WriteInt32((int)value); return reader => reader.ReadInt32() == (int)value;
            case 6: writer.WriteInt64(value); return reader => reader.ReadInt64() == value;
            case 7: writer.WriteUInt16((ushort)value); return reader => reader.ReadUInt16() == (ushort)value;
            case 8: writer.WriteUInt32((uint)value); return reader => reader.ReadUInt32() == (uint)value;
            case 9: writer.WriteUInt64((ulong)value); return reader => reader.ReadUInt64() == (ulong)value;
            case 10: writer.WriteSingle(value); return reader => reader.ReadSingle() == (float)value;
            case 11: writer.WriteDouble(value); return reader => reader.ReadDouble() == (double)value;
            case 12: writer.WriteTimeSpan(new(value)); return reader => reader.ReadTimeSpan().Ticks == value;
            case 13:
                DateTimeOffset moment = new(Math.Abs(value % DateTime.MaxValue.Ticks), TimeSpan.Zero);
                writer.WriteDateTime(moment);
                return reader => reader.ReadDateTime() == moment;
            default:
                string text = string.Concat(Enumerable.Repeat("aé€😀", random.Next(4)));
                uint length = writer.WriteString(text);
                return reader => reader.ReadString(reader.UnicodeEncoding == UnicodeEncoding.Utf8 ? length : length / 2) == text;
        }
    }
}
