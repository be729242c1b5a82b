using Windows.Storage.Streams;
using Buffer = Windows.Storage.Streams.Buffer;

namespace LoadTool.Tests.Storage;

public sealed class BufferTests
{
    [Fact]
    public void A_new_buffer_is_empty_and_takes_a_length_up_to_its_capacity()
    {
        var buffer = new Buffer(4);
        Assert.Equal((4u, 0u), (buffer.Capacity, buffer.Length));
        Assert.Empty(buffer.ToArray());
        buffer.Length = 4;
        Assert.Equal(new byte[4], buffer.ToArray());
        HResultAssert.Throws<ArgumentException>(HResultAssert.InvalidArgument, () => buffer.Length = 5);
        Assert.Equal(4u, buffer.Length);
    }

    [Fact]
    public void A_capacity_no_array_can_have_is_an_invalid_argument() =>
        HResultAssert.Throws<ArgumentException>(HResultAssert.InvalidArgument, () => _ = new Buffer(uint.MaxValue));

    [Fact]
    public void An_array_and_its_buffer_share_their_bytes()
    {
        byte[] array = [1, 2, 3, 4];
        IBuffer whole = array.AsBuffer();
        IBuffer part = array.AsBuffer(1, 2);
        array[1] = 9;
        Assert.Equal([1, 9, 3, 4], whole.ToArray());
        Assert.Equal([9, 3], part.ToArray());
        Assert.Equal((2u, 2u), (part.Capacity, part.Length));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 5)]
    [InlineData(4, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_part_outside_the_array_is_an_invalid_argument(int offset, int length) =>
        HResultAssert.Throws<ArgumentException>(HResultAssert.InvalidArgument, () => new byte[4].AsBuffer(offset, length));

    [Fact]
    public void A_foreign_buffer_works_when_it_gives_its_bytes_and_is_an_invalid_argument_when_not()
    {
        var writer = new DataWriter();
        writer.WriteBuffer(new ForeignBuffer { Bytes = new byte[] { 1, 2, 3 }, Length = 2 });
        Assert.Equal([1, 2], writer.DetachBuffer().ToArray());
        HResultAssert.Throws<ArgumentException>(HResultAssert.InvalidArgument, () => writer.WriteBuffer(new OpaqueBuffer()));
        HResultAssert.Throws<ArgumentException>(HResultAssert.InvalidArgument, () => writer.WriteBuffer(null!));
        HResultAssert.Throws<ArgumentException>(HResultAssert.InvalidArgument, () => new ForeignBuffer { Length = 1 }.ToArray());
    }

    [Fact]
    public void Behaviour_156_The_values_of_the_stream_enumerations_are_those_of_Windows()
    {
        Assert.Equal([(0, "Utf8"), (1, "Utf16LE"), (2, "Utf16BE")], Enum.GetValues<UnicodeEncoding>().Select(value => ((int)value, $"{value}")));
        Assert.Equal([(0, "LittleEndian"), (1, "BigEndian")], Enum.GetValues<ByteOrder>().Select(value => ((int)value, $"{value}")));
        Assert.Equal([(0u, "None"), (1u, "Partial"), (2u, "ReadAhead")], Enum.GetValues<InputStreamOptions>().Select(value => ((uint)value, $"{value}")));
    }

    [Fact]
    public async Task Streams_of_Windows_are_streams_of_dotnet()
    {
        var output = new MemoryOutputStream();
        await using (Stream writing = output.AsStreamForWrite())
        {
            await writing.WriteAsync(new byte[] { 1, 2, 3 }.AsMemory(1));
            writing.Write([4], 0, 1);
            await writing.FlushAsync();
        }

        Assert.Equal([[2, 3], [4]], output.Writes);
        Assert.Equal((1, true), (output.Flushes, output.IsClosed));

        var copy = new MemoryStream();
        await new MemoryInputStream(new byte[] { 1, 2, 3 }).AsStreamForRead().CopyToAsync(copy);
        Assert.Equal([1, 2, 3], copy.ToArray());

        var foreign = new GatedInputStream([7, 8]);
        var bytes = new byte[4];
        using (Stream reading = foreign.AsStreamForRead())
        {
            Assert.Equal(2, reading.Read(bytes, 1, 3));
            Assert.Equal(0, reading.Read(bytes, 0, 4));
        }

        Assert.Equal([0, 7, 8, 0], bytes);
        Assert.True(foreign.IsClosed);
    }

    private sealed class ForeignBuffer : IBuffer, IBufferByteAccess
    {
        public Memory<byte> Bytes { get; init; }

        public uint Capacity => (uint)Bytes.Length;

        public uint Length { get; set; }
    }

    private sealed class OpaqueBuffer : IBuffer
    {
        public uint Capacity => 1;

        public uint Length { get; set; } = 1;
    }
}
