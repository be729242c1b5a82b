using System.IO.Compression;

namespace LoadTool.Tests.Language;

public sealed class GenerateRandomBytesTests
{
    [Fact]
    public void They_are_the_same_each_time_and_do_not_compress()
    {
        byte[] bytes = Data.GenerateRandomBytes(sizeInBytes: 100_000);

        Assert.Equal(bytes, Data.GenerateRandomBytes(100_000));
        Assert.Empty(Data.GenerateRandomBytes(0));
        using MemoryStream compressed = new();
        using (DeflateStream deflate = new(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(bytes);
        Assert.InRange(compressed.Length, bytes.Length, long.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => Data.GenerateRandomBytes(-1));
    }
}
