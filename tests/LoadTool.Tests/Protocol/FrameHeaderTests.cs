using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class FrameHeaderTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65535, 4)]
    [InlineData(65536, 10)]
    [InlineData(long.MaxValue, 10)]
    public void A_header_reads_back_as_it_was_written_and_no_shorter_prefix_of_it_does(long payloadLength, int unmaskedBytes)
    {
        foreach (uint? key in new uint?[] { null, 0, 0x12345678 })
        {
            foreach (bool isFinal in new[] { false, true })
            {
                var bytes = new byte[FrameHeader.MaxHeaderBytes];
                int written = FrameHeader.Write(bytes, isFinal, reservedBits: 5, Opcode.Pong, key, payloadLength);

                Assert.Equal(unmaskedBytes + (key is null ? 0 : 4), written);
                for (int length = 0; length < written; length++)
                    Assert.False(FrameHeader.TryRead(bytes.AsSpan(0, length), out _));
                Assert.True(FrameHeader.TryRead(bytes, out FrameHeader header));
                Assert.Equal(new FrameHeader(isFinal, 5, Opcode.Pong, key.HasValue, key ?? 0, payloadLength, written), header);
            }
        }
    }

    [Fact]
    public void The_example_of_RFC_6455_section_5_7_has_its_bytes()
    {
        var bytes = new byte[6];
        Assert.Equal(6, FrameHeader.Write(bytes, isFinal: true, 0, Opcode.Text, BitConverter.ToUInt32([0x37, 0xFA, 0x21, 0x3D]), 5));
        Assert.Equal([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D], bytes);
    }

    [Theory]
    [InlineData("827E0000")]
    [InlineData("827E007D")]
    [InlineData("827F0000000000000000")]
    [InlineData("827F000000000000FFFF")]
    [InlineData("827F8000000000000000")]
    [InlineData("827FFFFFFFFFFFFFFFFF")]
    public void A_length_that_is_not_minimal_or_has_its_highest_bit_set_is_a_protocol_error(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        for (int length = 0; length < bytes.Length; length++)
            Assert.False(FrameHeader.TryRead(bytes.AsSpan(0, length), out _));
        Assert.Equal(1002, Assert.Throws<FrameException>(() => FrameHeader.TryRead(bytes, out _)).CloseCode);
    }
}
