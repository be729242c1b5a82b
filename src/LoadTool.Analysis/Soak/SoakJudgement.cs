using System.Globalization;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Metrics;

namespace LoadTool.Analysis.Soak;

/// <summary>What a long run says: whether memory, latencies and errors stay as they are while the load does.</summary>
/// <param name="From">Where judging begins, seconds since the start.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Sockets">Connections in the mean while it is judged.</param>
/// <param name="Findings">One for each thing that should stay.</param>
internal sealed record SoakJudgement(double From, double To, double Sockets, IReadOnlyList<SoakFinding> Findings)
{
    private const double Confidence = 0.95;
    private const double Settling = 0.1;

    /// <summary>Of the most connections that there were, so many at least are the steady load.</summary>
    private const double Steady = 0.95;

    /// <summary>Memory is counted in pages: where all counts are equal, up to one may have been filled unseen.</summary>
    private const double PageBytes = 4_096;

    /// <summary>Of n attempts without a failure, the 95 % interval of their share ends at three of n.</summary>
    private const double NoneSeen = 3;

    private static readonly double[] Percentiles = [50, 99];

    /// <summary>Judges a run by its seconds.</summary>
    /// <param name="seconds">All of the run.</param>
    /// <param name="memory">What the target held; empty when nobody looked.</param>
    /// <param name="settings">What matters.</param>
    internal static SoakJudgement Of(IReadOnlyList<RunSecond> seconds, IReadOnlyList<MemorySample> memory, SoakSettings settings)
    {
        (double from, double to) = Window(seconds, settings);
        RunSecond[] judged = [.. seconds.Where(second => Trend.StretchOf(MiddleOf(second), from, to) is not null)];
        double sockets = judged.Length == 0 ? 0 : judged.Average(second => second.Connections);
        List<SoakFinding> findings = [];
        if (memory.Count > 0)
            findings.Add(OfMemory(memory, from, to, sockets, settings));
        foreach (string place in Places(judged))
            AddStep(findings, place, judged, from, to, settings);
        return new SoakJudgement(from, to, sockets, findings);
    }

    /// <summary>Steps; whole iterations only where there are none, for in a long run users most often have one each.</summary>
    private static string[] Places(RunSecond[] seconds)
    {
        string[] all = [.. seconds.SelectMany(second => second.Steps.Keys).Distinct()], steps = [.. all.Where(place => !FigureReader.IsOfIterations(place))];
        return steps.Length > 0 ? steps : all;
    }

    /// <summary>The time in which the load is steady: all connections are there, and what is paid once was.</summary>
    private static (double From, double To) Window(IReadOnlyList<RunSecond> seconds, SoakSettings settings)
    {
        long most = seconds.Count == 0 ? 0 : seconds.Max(second => second.Connections);
        RunSecond[] steady = [.. seconds.Where(second => second.Connections >= Steady * most)];
        if (steady.Length == 0)
            return (0, 0);
        double from = (steady[0].SinceStart - steady[0].Length).TotalSeconds, to = steady[^1].SinceStart.TotalSeconds;
        return (settings.Skip is { } skip ? Math.Max(from, skip.TotalSeconds) : from + Settling * (to - from), to);
    }

    private static SoakFinding OfMemory(IReadOnlyList<MemorySample> memory, double from, double to, double sockets, SoakSettings settings)
    {
        SoakFinding finding = new("target memory per socket", null, settings.MinGrowth, SoakUnit.Bytes) { Means = Trend.Means(memory.Select(sample => (sample.At, sample.Bytes)), from, to) };
        if (sockets < 1)
            return finding with { Reason = "no socket was open" };
        double last = memory.Max(sample => sample.At);
        if (last < to - (to - from) / Trend.Stretches)
            return finding with { Reason = string.Create(CultureInfo.InvariantCulture, $"nothing is known of it after {Math.Max(0, last):0} s of {to:0} s: did the target end?") };
        const double SecondsPerMinute = 60;
        Interval? growth = Trend.Of(finding.Means, Confidence)?.Map(perSecond => perSecond * SecondsPerMinute / sockets);
        double open = PageBytes * SecondsPerMinute / (to - from) / sockets;
        return WithGrowth(finding, growth is { } known ? new Interval(known.Estimate, known.Low - open, known.High + open) : null);
    }

    private static void AddStep(List<SoakFinding> findings, string place, RunSecond[] seconds, double from, double to, SoakSettings settings)
    {
        IGrouping<int, StepSecond>[] stretches = [.. seconds
            .Where(second => second.Steps.ContainsKey(place))
            .GroupBy(second => Trend.StretchOf(MiddleOf(second), from, to)!.Value, second => second.Steps[place])
            .OrderBy(stretch => stretch.Key)];
        foreach (double percentile in Percentiles)
            findings.Add(OfLatency(new FigureName(place, FigureKind.Latency, percentile), stretches, from, to, settings));
        SoakFinding errors = new($"{place} errors", null, GateSettings.ErrorsMinEffect, SoakUnit.Errors)
        {
            Means = [.. stretches.Select(stretch => (Trend.MiddleOf(stretch.Key, from, to), stretch.Sum(step => step.Failed) / (double)stretch.Sum(step => step.Failed + step.Ok)))],
        };
        long attempts = stretches.Sum(stretch => stretch.Sum(step => step.Failed + step.Ok));
        findings.Add(errors.Means.All(mean => mean.Value == 0) && NoneSeen / attempts > errors.Matters
            ? errors with { Reason = string.Create(CultureInfo.InvariantCulture, $"{attempts:#,0} attempts without a failure do not exclude {errors.Matters * 100:0.##} %") }
            : WithGrowth(errors, Trend.Of(errors.Means, Confidence)?.Map(perSecond => perSecond * (to - from))));
    }

    /// <summary>A percentile of each stretch from all of its values; the line goes through their logarithms, so that growth is a share.</summary>
    private static SoakFinding OfLatency(FigureName name, IGrouping<int, StepSecond>[] stretches, double from, double to, SoakSettings settings)
    {
        SoakFinding finding = new(name.ToString(), null, settings.MinDrift, SoakUnit.Latency);
        List<(double Time, double Value)> means = [];
        foreach (IGrouping<int, StepSecond> stretch in stretches)
        {
            Histogram values = new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);
            foreach (StepSecond second in stretch)
                second.Latency?.AddTo(values);
            if (values.TotalCount >= name.LeastSamples)
                means.Add((Trend.MiddleOf(stretch.Key, from, to), values.ValueAtPercentile(name.Percentile) / 1e9));
        }

        finding = finding with { Means = means };
        Interval? trend = Trend.Of([.. means.Select(point => (point.Time, Math.Log(Math.Max(1e-9, point.Value))))], Confidence);
        return means.Count < Trend.LeastStretches && stretches.Length >= Trend.LeastStretches
            ? finding with { Reason = $"a twelfth of the time has too few values: {name.LeastSamples:N0} are needed" }
            : WithGrowth(finding, trend?.Map(perSecond => Math.Exp(perSecond * (to - from)) - 1));
    }

    private static SoakFinding WithGrowth(SoakFinding finding, Interval? growth) => growth is null
        ? finding with { Reason = $"it was seen in fewer than {Trend.LeastStretches} of {Trend.Stretches} parts of the time" }
        : finding with { Growth = growth };

    private static double MiddleOf(RunSecond second) => (second.SinceStart - second.Length / 2).TotalSeconds;
}
