using Google.Protobuf;
using IronSnappy;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Makes the bodies of remote write requests. Messages are made once per series and filled anew each time.</summary>
internal sealed class RemoteWriteEncoder
{
    /// <summary>Series of one request; what Prometheus itself sends at most.</summary>
    private const int MaxSeries = 2_000;

    /// <summary>Tells Prometheus that a series has ended: a value that is not a number, and these bits.</summary>
    private static readonly double Stale = BitConverter.Int64BitsToDouble(0x7ff0000000000002);

    private readonly Dictionary<MetricSeries, Remote.TimeSeries[]> _messages = [];
    private readonly Remote.WriteRequest _request = new();
    private byte[] _buffer = [];

    /// <summary>The series with their present values, each request small enough for any receiver.</summary>
    /// <param name="exposition">The series.</param>
    /// <param name="timestamp">Milliseconds since 1970; later than any before.</param>
    /// <param name="isEnd">True to say that all series end, in place of their values.</param>
    internal IEnumerable<byte[]> Encode(Exposition exposition, long timestamp, bool isEnd = false)
    {
        foreach ((_, MetricSeries[] all) in exposition.Families)
        {
            foreach (MetricSeries series in all)
            {
                Add(series, timestamp, isEnd);
                if (_request.Timeseries.Count >= MaxSeries)
                    yield return Compressed();
            }
        }

        if (_request.Timeseries.Count > 0)
            yield return Compressed();
    }

    private void Add(MetricSeries series, long timestamp, bool isEnd)
    {
        if (!_messages.TryGetValue(series, out Remote.TimeSeries[]? messages))
            _messages[series] = messages = Make(series);
        if (series.Native is { } counts)
        {
            NativeHistogram.Fill(messages[0].Histograms[0], counts, timestamp);
            if (isEnd)
                messages[0].Histograms[0].Sum = Stale;
        }

        for (int index = 0; index < series.Values.Length; index++)
            (messages[index].Samples[0].Value, messages[index].Samples[0].Timestamp) = (isEnd ? Stale : series.Values[index], timestamp);
        _request.Timeseries.AddRange(messages);
    }

    private static Remote.TimeSeries[] Make(MetricSeries series)
    {
        string name = series.Family.Name;
        if (series.Native is not null)
            return [new Remote.TimeSeries { Labels = { Labels(name, series.Labels, null) }, Histograms = { new Remote.Histogram() } }];
        return [.. series.Family.Shape.Samples.Select(sample => new Remote.TimeSeries { Labels = { Labels(name + sample.Suffix, series.Labels, sample.Label) }, Samples = { new Remote.Sample() } })];
    }

    /// <summary>By name in ordinal order, as the protocol wants them.</summary>
    private static IEnumerable<Remote.Label> Labels(string name, IEnumerable<MetricLabel> labels, MetricLabel? last) =>
        (last is { } more ? labels.Append(more) : labels)
            .Append(new MetricLabel("__name__", name))
            .OrderBy(label => label.Name, StringComparer.Ordinal)
            .Select(label => new Remote.Label { Name = label.Name, Value = label.Value });

    private byte[] Compressed()
    {
        int size = _request.CalculateSize();
        if (_buffer.Length < size)
            _buffer = new byte[size + (size / 4)];
        _request.WriteTo(_buffer.AsSpan(0, size));
        _request.Timeseries.Clear();
        return Snappy.Encode(_buffer.AsSpan(0, size));
    }
}
