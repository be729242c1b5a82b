using System.IO.Compression;

namespace LoadTool.Outputs.Report;

/// <summary>A piece of a run inside a page.</summary>
/// <param name="Name">What the page's program calls it.</param>
/// <param name="Content">gzip in base64, which ends no element, whatever it stands for.</param>
internal readonly record struct ReportPart(string Name, string Content)
{
    internal static ReportPart Of(string name, byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(content);
        return new ReportPart(name, Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length)));
    }
}
