using LoadTool.Sockets.Protocol;
using Windows.Networking.Sockets;

namespace LoadTool.Tests.Protocol;

public sealed class FaultBytesTests
{
    /// <summary>Masked with 37FA213D; the close code is what a reader of ours makes of it, or what it waits for.</summary>
    [Theory]
    [InlineData(WebSocketFault.InvalidUtf8, "8182 37FA213D F4D2", "1007")]
    [InlineData(WebSocketFault.TruncatedUtf8, "8181 37FA213D F4", "1007")]
    [InlineData(WebSocketFault.UnmaskedFrame, "8102 4869", "1002")]
    [InlineData(WebSocketFault.ReservedOpcode, "8380 37FA213D", "1002")]
    [InlineData(WebSocketFault.ReservedControlOpcode, "8B80 37FA213D", "1002")]
    [InlineData(WebSocketFault.ReservedBit, "A182 37FA213D 7F93", "1002")]
    [InlineData(WebSocketFault.FragmentedControlFrame, "0980 37FA213D", "1002")]
    [InlineData(WebSocketFault.ContinuationWithoutStart, "8082 37FA213D 7F93", "1002")]
    [InlineData(WebSocketFault.MessageInsideMessage, "0182 37FA213D 7F93 8182 37FA213D 7F93", "1002")]
    [InlineData(WebSocketFault.LongFormLength, "81FF 0000000000000002 37FA213D 7F93", "1002")]
    [InlineData(WebSocketFault.OversizeLength, "82FF 8000000000000000 37FA213D", "1002")]
    [InlineData(WebSocketFault.InvalidCloseCode, "8882 37FA213D 3417", "1002")]
    [InlineData(WebSocketFault.HalfCloseCode, "8881 37FA213D 34", "1002")]
    [InlineData(WebSocketFault.InvalidCloseReason, "8884 37FA213D 3412E215", "1007")]
    [InlineData(WebSocketFault.TruncatedFrame, "828A 37FA213D 7F9F4D5158", "more")]
    public void A_fault_is_these_bytes_and_breaks_this_rule(WebSocketFault fault, string hex, string outcome)
    {
        byte[] bytes = FaultBytes.Of(fault);
        Assert.Equal(hex.Replace(" ", ""), Convert.ToHexString(bytes));
        Assert.Equal(outcome, Read(bytes));
    }

    [Fact]
    public void An_oversize_ping_has_126_bytes()
    {
        byte[] bytes = FaultBytes.Of(WebSocketFault.OversizeControlFrame);
        Assert.Equal("89FE007E37FA213D37FA", Convert.ToHexString(bytes, 0, 10));
        Assert.Equal(8 + 126, bytes.Length);
        Assert.Equal("1002", Read(bytes));
    }

    [Fact]
    public void Every_fault_has_its_bytes() =>
        Assert.All(Enum.GetValues<WebSocketFault>(), fault => Assert.NotEmpty(FaultBytes.Of(fault)));

    private static string Read(byte[] bytes)
    {
        FrameReader reader = new(expectMasked: true);
        Span<byte> source = [.. bytes];
        try
        {
            FrameEvent found;
            while ((found = reader.Read(ref source, out Span<byte> payload)) != FrameEvent.NeedMore)
            {
                if (found == FrameEvent.Close)
                    CloseFrame.Read(payload);
            }

            return "more";
        }
        catch (FrameException violation)
        {
            return $"{violation.CloseCode}";
        }
    }
}
