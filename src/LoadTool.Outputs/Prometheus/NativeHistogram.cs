namespace LoadTool.Outputs.Prometheus;

/// <summary>A histogram in the form of Prometheus's native ones.</summary>
internal static class NativeHistogram
{
    /// <summary>Prometheus's own: 2^-128. What is zero here is exactly zero.</summary>
    private const double ZeroThreshold = 2.938735877055719e-39;

    /// <summary>Empty buckets between two others that cost less than a new span.</summary>
    private const int WorthFilling = 2;

    /// <summary>Writes the present counts over a message's.</summary>
    internal static void Fill(Remote.Histogram message, SeriesHistogram counts, long timestamp)
    {
        message.Count = (ulong)counts.TotalCount;
        message.Sum = counts.Sum;
        message.Schema = counts.Grid.Schema!.Value;
        message.ZeroThreshold = ZeroThreshold;
        message.ZeroCount = (ulong)counts.Zeros;
        message.Timestamp = timestamp;
        message.PositiveSpans.Clear();
        message.PositiveDeltas.Clear();
        FillBuckets(message, counts);
    }

    private static void FillBuckets(Remote.Histogram message, SeriesHistogram counts)
    {
        long before = 0;
        int next = 0;
        Remote.BucketSpan? span = null;
        for (int bucket = counts.FirstUsed; bucket <= counts.LastUsed; bucket++)
        {
            if (counts.Counts[bucket] == 0)
                continue;
            int index = counts.Grid.FirstIndex + bucket;
            if (span is null || index - next > WorthFilling)
                message.PositiveSpans.Add(span = new Remote.BucketSpan { Offset = index - next, Length = 0 });
            else
                before = FillGap(message, span, index - next, before);
            span.Length++;
            message.PositiveDeltas.Add(counts.Counts[bucket] - before);
            (before, next) = (counts.Counts[bucket], index + 1);
        }
    }

    private static long FillGap(Remote.Histogram message, Remote.BucketSpan span, int gap, long before)
    {
        for (; gap > 0; gap--)
        {
            message.PositiveDeltas.Add(-before);
            before = 0;
            span.Length++;
        }

        return before;
    }
}
