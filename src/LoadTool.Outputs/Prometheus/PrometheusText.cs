using System.Buffers;
using System.Globalization;
using System.Text;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Series as text: Prometheus's format 0.0.4 and OpenMetrics 1.0, which differ in what is told of families and in the last line.</summary>
internal static class PrometheusText
{
    internal const string FileName = "metrics.prom";

    /// <summary>The content type of format 0.0.4.</summary>
    internal const string PlainType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The content type of OpenMetrics.</summary>
    internal const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private const int MaxNumberBytes = 32;

    /// <summary>Past it a double no longer holds every whole number.</summary>
    private const double MaxWhole = 1L << 53;

    /// <summary>A whole run in format 0.0.4, as <c>metrics.prom</c> holds it.</summary>
    internal static byte[] Of(RunResult result)
    {
        ArrayBufferWriter<byte> text = new();
        Write(Exposition.Of(RunMetrics.Of(result).Table), isOpenMetrics: false, text);
        return text.WrittenSpan.ToArray();
    }

    internal static void Write(Exposition exposition, bool isOpenMetrics, IBufferWriter<byte> text)
    {
        ReadOnlySpan<double> values = exposition.Values;
        foreach ((MetricFamily family, MetricSeries[] all) in exposition.Families)
        {
            text.Write(Encoding.UTF8.GetBytes(Title(family, isOpenMetrics)));
            foreach (MetricSeries series in all)
            {
                foreach (byte[] head in series.Heads)
                {
                    text.Write(head);
                    WriteNumber(values[0], text);
                    values = values[1..];
                }
            }
        }

        if (isOpenMetrics)
            text.Write("# EOF\n"u8);
    }

    /// <summary>The part of a line before its value.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="labels">Labels, with any values.</param>
    /// <param name="last">One more, or null.</param>
    internal static byte[] Head(string name, IEnumerable<MetricLabel> labels, MetricLabel? last)
    {
        StringBuilder head = new(name);
        char separator = '{';
        foreach (MetricLabel label in last is { } more ? labels.Append(more) : labels)
        {
            head.Append(separator).Append(label.Name).Append("=\"").Append(Escaped(label.Value, quotes: true)).Append('"');
            separator = ',';
        }

        return Encoding.UTF8.GetBytes(head.Append(separator == ',' ? "} " : " ").ToString());
    }

    private static string Title(MetricFamily family, bool isOpenMetrics)
    {
        // OpenMetrics names the family, format 0.0.4 its samples.
        string name = family.Name + (isOpenMetrics, family.Kind) switch
        {
            (false, FamilyKind.Counter) => "_total",
            (false, FamilyKind.Info) => "_info",
            _ => "",
        };
        string kind = !isOpenMetrics && family.Kind == FamilyKind.Info ? "gauge" : family.Kind.ToString().ToLowerInvariant();
        string unit = isOpenMetrics && family.Name.EndsWith("_seconds", StringComparison.Ordinal) ? $"# UNIT {name} seconds\n" : "";
        return $"# HELP {name} {Escaped(family.Help, quotes: isOpenMetrics)}\n# TYPE {name} {kind}\n{unit}";
    }

    private static string Escaped(string text, bool quotes)
    {
        string escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static void WriteNumber(double value, IBufferWriter<byte> text)
    {
        Span<byte> line = text.GetSpan(MaxNumberBytes);
        int length = Format(value, line);
        line[length] = (byte)'\n';
        text.Advance(length + 1);
    }

    /// <summary>As many digits as the value has.</summary>
    private static int Format(double value, Span<byte> into)
    {
        if (!double.IsFinite(value))
        {
            ReadOnlySpan<byte> name = double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8;
            name.CopyTo(into);
            return name.Length;
        }

        int written;
        if (value == Math.Truncate(value) && Math.Abs(value) <= MaxWhole)
            ((long)value).TryFormat(into, out written, default, CultureInfo.InvariantCulture);
        else
            value.TryFormat(into, out written, "R", CultureInfo.InvariantCulture);
        return written;
    }
}
