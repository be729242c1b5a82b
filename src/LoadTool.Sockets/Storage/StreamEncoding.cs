using System.Text;
using LoadTool.Sockets;

namespace Windows.Storage.Streams;

/// <summary>What <see cref="DataReader"/> and <see cref="DataWriter"/> agree on.</summary>
internal static class StreamEncoding
{
    /// <summary>Windows counts time from 1601 on, in the same units of 100 ns.</summary>
    public static readonly long TicksBefore1601 = new DateTime(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    public static Encoding Of(UnicodeEncoding encoding) => encoding switch
    {
        UnicodeEncoding.Utf16LE => Encoding.Unicode,
        UnicodeEncoding.Utf16BE => Encoding.BigEndianUnicode,
        _ => Encoding.UTF8,
    };

    public static UnicodeEncoding Check(UnicodeEncoding encoding) =>
        encoding is >= UnicodeEncoding.Utf8 and <= UnicodeEncoding.Utf16BE
            ? encoding
            : throw Failures.InvalidArgument("There is no such encoding.", nameof(encoding));

    public static ByteOrder Check(ByteOrder order) =>
        order is ByteOrder.LittleEndian or ByteOrder.BigEndian
            ? order
            : throw Failures.InvalidArgument("There is no such byte order.", nameof(order));
}
