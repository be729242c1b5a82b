using System.Globalization;

namespace LoadTool.Outputs.Files;

/// <summary>Moments as every file writes them.</summary>
internal static class Timestamp
{
    private const string ExactFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>ISO 8601 in UTC with all its digits, for programs that compute with it.</summary>
    internal static string Exact(DateTimeOffset moment) => moment.ToUniversalTime().ToString(ExactFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads either.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    internal static DateTimeOffset Parse(string text) =>
        DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    internal static string Of(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
