using System.Globalization;

namespace LoadTool.Outputs.Files;

/// <summary>Moments as every file writes them.</summary>
internal static class Timestamp
{
    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    internal static string Of(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
