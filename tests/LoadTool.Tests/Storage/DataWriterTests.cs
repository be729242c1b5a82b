using Windows.Storage.Streams;

namespace LoadTool.Tests.Storage;

public sealed class DataWriterTests
{
    private static byte[] Written(Action<DataWriter> write, ByteOrder order = ByteOrder.BigEndian)
    {
        using var writer = new DataWriter { ByteOrder = order };
        write(writer);
        return writer.DetachBuffer().ToArray();
    }

    [Fact]
    public void Behaviour_137_The_default_encoding_is_Utf8()
    {
        Assert.Equal(UnicodeEncoding.Utf8, new DataWriter().UnicodeEncoding);
        Assert.Equal(UnicodeEncoding.Utf8, DataReader.FromBuffer(Array.Empty<byte>().AsBuffer()).UnicodeEncoding);
    }

    [Fact]
    public void The_default_order_is_the_high_byte_first()
    {
        Assert.Equal(ByteOrder.BigEndian, new DataWriter().ByteOrder);
        Assert.Equal(ByteOrder.BigEndian, DataReader.FromBuffer(Array.Empty<byte>().AsBuffer()).ByteOrder);
    }

    [Theory]
    [InlineData(UnicodeEncoding.Utf8, 5)]
    [InlineData(UnicodeEncoding.Utf16LE, 8)]
    [InlineData(UnicodeEncoding.Utf16BE, 8)]
    public void Behaviour_138_MeasureString_counts_the_bytes_of_the_encoding_and_writes_nothing(UnicodeEncoding encoding, uint bytes)
    {
        var writer = new DataWriter { UnicodeEncoding = encoding };
        Assert.Equal(bytes, writer.MeasureString("Très"));
        Assert.Equal(0u, writer.UnstoredBufferLength);
    }

    [Theory]
    [InlineData(UnicodeEncoding.Utf8, "5472C3A873")]
    [InlineData(UnicodeEncoding.Utf16LE, "54007200E8007300")]
    [InlineData(UnicodeEncoding.Utf16BE, "0054007200E80073")]
    public void Behaviour_139_WriteString_returns_what_MeasureString_says_and_adds_no_prefix(UnicodeEncoding encoding, string hex)
    {
        var writer = new DataWriter { UnicodeEncoding = encoding };
        Assert.Equal(writer.MeasureString("Très"), writer.WriteString("Très"));
        Assert.Equal(hex, Convert.ToHexString(writer.DetachBuffer().ToArray()));
    }

    [Fact]
    public async Task Behaviour_140_UnstoredBufferLength_counts_and_is_0_after_StoreAsync()
    {
        var stream = new MemoryOutputStream();
        using var writer = new DataWriter(stream);
        writer.WriteInt32(1);
        writer.WriteByte(2);
        Assert.Equal(5u, writer.UnstoredBufferLength);
        Assert.Equal(5u, await writer.StoreAsync());
        Assert.Equal(0u, writer.UnstoredBufferLength);
        Assert.Equal([[0, 0, 0, 1, 2]], stream.Writes);
    }

    [Fact]
    public async Task Behaviour_141_A_writer_without_a_stream_gives_its_bytes_and_cannot_store()
    {
        var writer = new DataWriter();
        writer.WriteBytes([1, 2, 3]);
        await HResultAssert.ThrowsAsync<InvalidOperationException>(HResultAssert.IllegalMethodCall, () => writer.StoreAsync());
        await HResultAssert.ThrowsAsync<InvalidOperationException>(HResultAssert.IllegalMethodCall, () => writer.FlushAsync());
        HResultAssert.Throws<InvalidOperationException>(HResultAssert.IllegalMethodCall, () => writer.DetachStream());
        IBuffer first = writer.DetachBuffer();
        Assert.Equal([1, 2, 3], first.ToArray());
        Assert.Equal(3u, first.Capacity);
        writer.WriteByte(9);
        Assert.Equal([1, 2, 3], first.ToArray());
        Assert.Equal([9], writer.DetachBuffer().ToArray());
        Assert.Empty(writer.DetachBuffer().ToArray());
    }

    [Fact]
    public void Behaviour_142_Int32_1_is_00000001_big_endian_and_01000000_little_endian()
    {
        Assert.Equal([0, 0, 0, 1], Written(writer => writer.WriteInt32(1)));
        Assert.Equal([1, 0, 0, 0], Written(writer => writer.WriteInt32(1), ByteOrder.LittleEndian));
        Assert.Equal(1, DataReader.FromBuffer(new byte[] { 0, 0, 0, 1 }.AsBuffer()).ReadInt32());
        DataReader reader = DataReader.FromBuffer(new byte[] { 1, 0, 0, 0 }.AsBuffer());
        reader.ByteOrder = ByteOrder.LittleEndian;
        Assert.Equal(1, reader.ReadInt32());
    }

    [Fact]
    public void Every_type_has_its_bytes()
    {
        var guid = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        Assert.Equal("00112233445566778899AABBCCDDEEFF", Convert.ToHexString(Written(writer => writer.WriteGuid(guid))));
        Assert.Equal("33221100554477668899AABBCCDDEEFF", Convert.ToHexString(Written(writer => writer.WriteGuid(guid), ByteOrder.LittleEndian)));
        Assert.Equal([0xFF, 0xFE], Written(writer => writer.WriteInt16(-2)));
        Assert.Equal([0x12, 0x34], Written(writer => writer.WriteUInt16(0x1234)));
        Assert.Equal([0x3F, 0x80, 0, 0], Written(writer => writer.WriteSingle(1)));
        Assert.Equal([0x3F, 0xF0, 0, 0, 0, 0, 0, 0], Written(writer => writer.WriteDouble(1)));
        Assert.Equal([0, 1], Written(writer =>
        {
            writer.WriteBoolean(false);
            writer.WriteBoolean(true);
        }));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1], Written(writer => writer.WriteDateTime(new DateTimeOffset(1601, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)) + TimeSpan.FromTicks(1))));
        Assert.Equal([0, 0, 0, 0, 0, 0x98, 0x96, 0x80], Written(writer => writer.WriteTimeSpan(TimeSpan.FromSeconds(1))));
        Assert.Equal([2, 3], Written(writer => writer.WriteBuffer(new byte[] { 1, 2, 3, 4 }.AsBuffer(), 1, 2)));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(4, 1)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void A_part_past_a_buffers_bytes_is_out_of_bounds_and_writes_nothing(uint start, uint count)
    {
        var writer = new DataWriter();
        HResultAssert.Throws<ArgumentOutOfRangeException>(HResultAssert.Bounds, () => writer.WriteBuffer(new byte[4].AsBuffer(), start, count));
        Assert.Equal(0u, writer.UnstoredBufferLength);
    }

    [Fact]
    public void Wrong_arguments_are_E_INVALIDARG()
    {
        var writer = new DataWriter();
        Action[] calls =
        [
            () => _ = new DataWriter(null!), () => writer.WriteBytes(null!), () => writer.WriteString(null!), () => writer.MeasureString(null!),
            () => writer.WriteBuffer(null!), () => writer.UnicodeEncoding = (UnicodeEncoding)3, () => writer.ByteOrder = (ByteOrder)(-1),
        ];
        foreach (Action call in calls)
            HResultAssert.Throws<ArgumentException>(HResultAssert.InvalidArgument, call);
    }

    [Fact]
    public async Task Behaviour_143_StoreAsync_and_all_else_during_a_StoreAsync_is_0x800710DD()
    {
        var gate = new TaskCompletionSource();
        var stream = new MemoryOutputStream { Gate = gate.Task };
        using var writer = new DataWriter(stream);
        writer.WriteByte(1);
        Task<uint> store = writer.StoreAsync();
        await HResultAssert.ThrowsAsync<Exception>(HResultAssert.InvalidOperation, () => writer.StoreAsync());
        await HResultAssert.ThrowsAsync<Exception>(HResultAssert.InvalidOperation, () => writer.FlushAsync());
        HResultAssert.Throws<Exception>(HResultAssert.InvalidOperation, () => writer.DetachStream());
        HResultAssert.Throws<Exception>(HResultAssert.InvalidOperation, () => writer.DetachBuffer());
        HResultAssert.Throws<Exception>(HResultAssert.InvalidOperation, () => writer.WriteByte(2));

        gate.SetResult();
        Assert.Equal(1u, await store);
        Assert.Equal([[1]], stream.Writes);
        Assert.True(await writer.FlushAsync());
        Assert.Same(stream, writer.DetachStream());
    }

    [Fact]
    public async Task An_empty_store_is_a_write_of_0_bytes()
    {
        var stream = new MemoryOutputStream();
        using var writer = new DataWriter(stream);
        Assert.Equal(0u, await writer.StoreAsync());
        Assert.Equal([[]], stream.Writes);
    }

    [Fact]
    public async Task What_a_failed_or_short_write_left_can_be_stored_again()
    {
        var stream = new MemoryOutputStream { Gate = Task.FromException(new IOException("no")) };
        using var writer = new DataWriter(stream);
        writer.WriteBytes([1, 2, 3]);
        await Assert.ThrowsAsync<IOException>(() => writer.StoreAsync());
        Assert.Equal(3u, writer.UnstoredBufferLength);

        stream.Gate = Task.CompletedTask;
        stream.Limit = 2;
        Assert.Equal(2u, await writer.StoreAsync());
        Assert.Equal(1u, writer.UnstoredBufferLength);
        Assert.Equal(1u, await writer.StoreAsync());
        Assert.Equal([[1, 2], [3]], stream.Writes);
    }

    [Fact]
    public async Task A_token_reaches_the_stream()
    {
        using var writer = new DataWriter(new MemoryOutputStream { Gate = new TaskCompletionSource().Task });
        using var source = new CancellationTokenSource();
        Task<uint> store = writer.StoreAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store);
    }

    [Fact]
    public async Task A_disposed_writer_disposes_its_stream_and_is_closed()
    {
        var stream = new MemoryOutputStream();
        var writer = new DataWriter(stream);
        writer.WriteByte(1);
        writer.Dispose();
        writer.Dispose();
        Assert.True(stream.IsClosed);
        Assert.Empty(stream.Writes);
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => writer.WriteByte(1));
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => writer.WriteString("x"));
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => writer.DetachBuffer());
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => writer.DetachStream());
        HResultAssert.Throws<ObjectDisposedException>(HResultAssert.Closed, () => _ = writer.UnstoredBufferLength);
        await HResultAssert.ThrowsAsync<ObjectDisposedException>(HResultAssert.Closed, () => writer.StoreAsync());
        await HResultAssert.ThrowsAsync<ObjectDisposedException>(HResultAssert.Closed, () => writer.FlushAsync());
    }

    [Fact]
    public async Task A_detached_stream_outlives_the_writer_and_serves_another()
    {
        var stream = new MemoryOutputStream();
        var first = new DataWriter(stream);
        Assert.Same(stream, first.DetachStream());
        first.Dispose();
        Assert.False(stream.IsClosed);
        using var second = new DataWriter(stream);
        second.WriteString("b");
        Assert.Equal(1u, await second.StoreAsync());
    }

    [Fact]
    public void Writing_into_room_that_is_there_allocates_nothing()
    {
        var stream = new MemoryOutputStream();
        using var writer = new DataWriter(stream);
        writer.WriteBytes(new byte[4096]);
        Assert.Equal(0, Allocation.Of(() =>
        {
            writer.WriteString("Très");
            writer.WriteInt64(1);
            writer.WriteGuid(default);
        }));
    }
}
