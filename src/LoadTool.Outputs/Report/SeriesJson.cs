using System.Text.Json;
using LoadTool.Metrics;

namespace LoadTool.Outputs.Report;

/// <summary>The time series of a run as the page reads them: columns with a value for each bin. Times in seconds since the run's start, latencies in nanoseconds.</summary>
internal sealed class SeriesJson(Utf8JsonWriter json)
{
    /// <summary>Heat maps tell values apart by an eighth of each doubling, about 9 %.</summary>
    internal const int HeatBits = 3;

    /// <summary>Columns of one heat map, and of all together: each takes some 80 bytes of a page.</summary>
    private const int MaxHeatBins = 300;
    private const int MaxHeatBinsOfAll = 600;
    private const int MinHeatBins = 30;

    private static readonly double[] Percentiles = [50, 90, 99, 99.9, 100];
    private static readonly string[] PercentileNames = ["p50", "p90", "p99", "p999", "max"];

    /// <summary>Writes a run for a page whose size counts.</summary>
    internal void Write(ReportSeries series)
    {
        int heatBins = Math.Clamp(MaxHeatBinsOfAll / Math.Max(1, series.Columns.Count(HasHeat)), MinHeatBins, MaxHeatBins);
        Write(series.Bins, series.Columns, heatGroup: Math.Max(1, (series.Bins.Count + heatBins - 1) / heatBins));
    }

    /// <param name="bins">In order.</param>
    /// <param name="columns">Those to write.</param>
    /// <param name="heatGroup">Bins that are put together to a column of a heat map.</param>
    internal void Write(IReadOnlyList<SeriesBin> bins, IReadOnlyList<SeriesColumn> columns, int heatGroup)
    {
        json.WriteStartObject();
        json.WriteNumber("heatBits", HeatBits);
        WriteEach("from", bins, bin => json.WriteNumberValue(Seconds(bin.From)));
        WriteEach("to", bins, bin => json.WriteNumberValue(Seconds(bin.To)));
        WriteEach("columns", columns, column =>
        {
            json.WriteStartObject();
            json.WriteString("kind", Name(column.Kind));
            json.WriteString("name", column.Name);
            json.WriteString("scenario", column.Scenario);
            if (column.Kind >= SeriesKind.Step)
                WriteHistograms(bins, column, heatGroup);
            else
                WriteValues(bins, column);
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static bool HasHeat(SeriesColumn column) => column.Kind is SeriesKind.Step or SeriesKind.Iterations;

    private static string Name(SeriesKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>Milliseconds are enough for a chart.</summary>
    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private void WriteEach<T>(string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
            write(item);
        json.WriteEndArray();
    }

    private void WriteValues(IReadOnlyList<SeriesBin> bins, SeriesColumn column) => WriteEach("values", bins, bin =>
    {
        if (column.Kind is not (SeriesKind.Level or SeriesKind.Gauge or SeriesKind.Peak))
            json.WriteNumberValue(bin.Sums.GetValueOrDefault(column));
        else if (bin.Levels.TryGetValue(column, out double level))
            json.WriteNumberValue(level);
        else
            json.WriteNullValue();
    });

    private void WriteHistograms(IReadOnlyList<SeriesBin> bins, SeriesColumn column, int heatGroup)
    {
        PackedHistogram?[] histograms = [.. bins.Select(bin => bin.Histograms.GetValueOrDefault(column))];
        long[][] values = [.. histograms.Select(histogram =>
        {
            long[] values = new long[Percentiles.Length];
            histogram?.ValuesAt(Percentiles, values);
            return values;
        })];
        WriteEach("count", histograms, histogram => json.WriteNumberValue(histogram?.TotalCount ?? 0));
        foreach ((int index, string name) in PercentileNames.Index())
        {
            WriteEach(name, histograms.Zip(values), bin =>
            {
                if (bin.First is null)
                    json.WriteNullValue();
                else
                    json.WriteNumberValue(bin.Second[index]);
            });
        }

        if (HasHeat(column))
            WriteHeat(histograms, heatGroup);
    }

    /// <summary>For each time the first row that counted anything, then counts from there on.</summary>
    private void WriteHeat(PackedHistogram?[] histograms, int group)
    {
        json.WriteNumber("heatGroup", group);
        WriteEach("heat", histograms.Chunk(group), bins =>
        {
            SortedDictionary<int, long> rows = [];
            foreach (PackedHistogram? histogram in bins)
                histogram?.AddToRows(rows, HeatBits);
            json.WriteStartArray();
            if (rows.Count > 0)
            {
                (int first, int last) = (rows.Keys.First(), rows.Keys.Last());
                json.WriteNumberValue(first);
                for (int row = first; row <= last; row++)
                    json.WriteNumberValue(rows.GetValueOrDefault(row));
            }

            json.WriteEndArray();
        });
    }
}
