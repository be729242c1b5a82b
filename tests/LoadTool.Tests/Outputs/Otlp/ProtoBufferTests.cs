using Google.Protobuf;
using LoadTool.Outputs.Otlp;
using LoadTool.Outputs.Otlp.Messages;

namespace LoadTool.Tests.Outputs.Otlp;

public sealed class ProtoBufferTests
{
    [Theory]
    [InlineData(0, 0, 0.0)]
    [InlineData(1, -1, 1.5)]
    [InlineData(300, -70_000, double.MinValue)]
    [InlineData(long.MaxValue, int.MinValue, double.PositiveInfinity)]
    [InlineData(-1, int.MaxValue, double.Epsilon)]
    public void What_is_written_is_read_by_protobuf_s_own_code(long whole, int signed, double fraction)
    {
        ProtoBuffer buckets = new(), packed = new(), point = new();
        packed.AddPacked((ulong)whole);
        packed.AddPacked(5);
        buckets.AddSigned(1, signed);
        buckets.AddBytes(2, packed.Written);
        point.AddFixed(4, (ulong)whole);
        point.AddFixed(5, fraction);
        point.AddBytes(8, buckets.Written);
        point.AddEncoded(new ExponentialPoint { Attributes = { new Tag { Key = new string('k', 1_000) } } }.ToByteArray());

        ExponentialPoint read = ExponentialPoint.Parser.ParseFrom(point.Written);

        Assert.Equal(
            new ExponentialPoint { Count = (ulong)whole, Sum = fraction, Positive = new Buckets { Offset = signed, Counts = { (ulong)whole, 5 } }, Attributes = { new Tag { Key = new string('k', 1_000) } } }, read);
    }
}
