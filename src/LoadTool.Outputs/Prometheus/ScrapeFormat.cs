using System.Globalization;

namespace LoadTool.Outputs.Prometheus;

/// <summary>What a scraper asks for in its headers (RFC 9110, section 12.5).</summary>
internal static class ScrapeFormat
{
    /// <summary>Whether it takes OpenMetrics at least as gladly as plain text.</summary>
    /// <param name="accept">The header Accept; null or empty for none.</param>
    internal static bool WantsOpenMetrics(string? accept)
    {
        double openMetrics = 0, plain = 0;
        foreach ((string type, string parameters, double weight) in Parts(accept))
        {
            if (type == "application/openmetrics-text" && VersionOf(parameters) is (null or "1.0.0"))
                openMetrics = Math.Max(openMetrics, weight);
            else if (type is "text/plain")
                plain = Math.Max(plain, weight);
        }

        return openMetrics > 0 && openMetrics >= plain;
    }

    /// <summary>Whether it takes gzip.</summary>
    /// <param name="acceptEncoding">The header Accept-Encoding; null or empty for none.</param>
    internal static bool WantsGzip(string? acceptEncoding) => Parts(acceptEncoding).Any(part => part is { Type: "gzip", Weight: > 0 });

    private static IEnumerable<(string Type, string Parameters, double Weight)> Parts(string? header)
    {
        foreach (string part in (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int semicolon = part.IndexOf(';');
            string parameters = semicolon < 0 ? "" : part[semicolon..];
            yield return ((semicolon < 0 ? part : part[..semicolon]).Trim().ToLowerInvariant(), parameters, WeightOf(parameters));
        }
    }

    private static string? VersionOf(string parameters) => ParameterOf(parameters, "version");

    private static double WeightOf(string parameters) =>
        ParameterOf(parameters, "q") is { } text && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) ? weight : 1;

    private static string? ParameterOf(string parameters, string name) => parameters.Split(';', StringSplitOptions.TrimEntries)
        .Where(parameter => parameter.StartsWith($"{name}=", StringComparison.OrdinalIgnoreCase))
        .Select(parameter => parameter[(name.Length + 1)..].Trim('"'))
        .FirstOrDefault();
}
