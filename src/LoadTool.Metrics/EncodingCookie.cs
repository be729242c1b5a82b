namespace LoadTool.Metrics;

/// <summary>The first four bytes of an encoded histogram: they name the version, and in bits 4 to 7 the bytes per count.</summary>
internal static class EncodingCookie
{
    public const int V2 = V2Base | 0x10;
    public const int V2Compressed = V2CompressedBase | 0x10;

    internal const int V0Base = 0x1c849308;
    internal const int V1Base = 0x1c849301;
    internal const int V2Base = 0x1c849303;
    internal const int V0CompressedBase = 0x1c849309;
    internal const int V1CompressedBase = 0x1c849302;
    internal const int V2CompressedBase = 0x1c849304;

    public static int Base(int cookie) => cookie & ~0xf0;

    public static int BytesPerCount(int cookie) => (cookie & 0xe0) >> 4;

    public static bool IsCompressed(int cookie) => Base(cookie) is V0CompressedBase or V1CompressedBase or V2CompressedBase;
}
