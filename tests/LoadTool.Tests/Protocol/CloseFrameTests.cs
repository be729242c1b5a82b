using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class CloseFrameTests
{
    private static readonly int InvalidArgument = unchecked((int)0x80070057);

    /// <summary>What RFC 6455, section 7.4, and the IANA registry let stand in a frame.</summary>
    private static bool IsAllowed(int code) =>
        new[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014 }.Contains(code) || code / 1000 is 3 or 4;

    [Fact]
    public void Every_code_is_read_when_it_may_be_sent_and_refused_with_1002_when_not()
    {
        for (int code = 0; code <= ushort.MaxValue; code++)
        {
            byte[] payload = [(byte)(code >> 8), (byte)code];
            if (IsAllowed(code))
                Assert.Equal(((ushort)code, ""), CloseFrame.Read(payload));
            else
                Assert.Equal(1002, Assert.Throws<FrameException>(() => CloseFrame.Read(payload)).CloseCode);
        }
    }

    [Fact]
    public void An_empty_payload_is_1005_without_a_reason() => Assert.Equal(((ushort)1005, ""), CloseFrame.Read([]));

    [Fact]
    public void A_payload_of_one_byte_is_a_protocol_error() =>
        Assert.Equal(1002, Assert.Throws<FrameException>(() => CloseFrame.Read([3])).CloseCode);

    [Theory]
    [InlineData("03E8FF")]
    [InlineData("03E8C3")]
    [InlineData("03E8EDA080")]
    public void A_reason_that_is_not_UTF8_is_1007(string hex) =>
        Assert.Equal(1007, Assert.Throws<FrameException>(() => CloseFrame.Read(Convert.FromHexString(hex))).CloseCode);

    [Theory]
    [InlineData(1000, "")]
    [InlineData(1000, "done")]
    [InlineData(4999, "κόσμε")]
    [InlineData(1005, "")]
    public void A_written_payload_reads_back(ushort code, string reason)
    {
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayloadBytes];
        Assert.Equal((code, reason), CloseFrame.Read(payload[..CloseFrame.Write(payload, code, reason)]));
    }

    [Fact]
    public void Code_1000_with_reason_done_is_03E8_and_four_letters()
    {
        var payload = new byte[6];
        Assert.Equal(6, CloseFrame.Write(payload, 1000, "done"));
        Assert.Equal([0x03, 0xE8, .. "done"u8], payload);
    }

    [Fact]
    public void Behaviour_113_Close_1005_without_a_reason_gives_an_empty_frame()
    {
        CloseFrame.Validate(1005, "");
        Assert.Equal(0, CloseFrame.Write([], 1005, ""));
    }

    [Fact]
    public void Behaviour_114_Close_1005_with_a_reason_is_an_invalid_argument() =>
        Assert.Equal(InvalidArgument, Assert.Throws<ArgumentException>(() => CloseFrame.Validate(1005, "x")).HResult);

    [Fact]
    public void Behaviour_117_Close_999_and_5000_are_invalid_arguments()
    {
        Assert.Equal(InvalidArgument, Assert.Throws<ArgumentException>(() => CloseFrame.Validate(999, "")).HResult);
        Assert.Equal(InvalidArgument, Assert.Throws<ArgumentException>(() => CloseFrame.Validate(5000, "")).HResult);
    }

    [Theory]
    [InlineData('a', 123, 1)]
    [InlineData('é', 61, 2)]
    [InlineData('€', 41, 3)]
    public void Behaviour_118_A_reason_of_123_bytes_is_accepted_and_one_of_124_refused(char letter, int count, int bytesEach)
    {
        string longest = new string(letter, count) + new string('a', CloseFrame.MaxReasonBytes - (count * bytesEach));
        Assert.Equal(123, Encoding.UTF8.GetByteCount(longest));
        CloseFrame.Validate(1000, longest);
        Assert.Equal(125, CloseFrame.Write(new byte[125], 1000, longest));
        Assert.Equal(InvalidArgument, Assert.Throws<ArgumentException>(() => CloseFrame.Validate(1000, longest + "a")).HResult);
    }

    [Fact]
    public void What_may_be_closed_with_is_what_may_be_received()
    {
        for (int code = 0; code <= ushort.MaxValue; code++)
        {
            ushort candidate = (ushort)code;
            if (IsAllowed(code) || code == 1005)
                CloseFrame.Validate(candidate, null);
            else
                Assert.Throws<ArgumentException>(() => CloseFrame.Validate(candidate, null));
        }
    }
}
