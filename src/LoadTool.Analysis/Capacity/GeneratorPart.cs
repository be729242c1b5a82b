using System.Globalization;
using LoadTool.Metrics;

namespace LoadTool.Analysis.Capacity;

/// <summary>How much of what a run measured the generator itself may have disturbed.</summary>
/// <param name="Share">The share of latencies that may be its doing; 1 and more is all of them.</param>
/// <param name="IsExhausted">True when attempts failed because its machine ran out of ports, descriptors or buffers.</param>
/// <param name="Finding">What it was, in one line; null when there was nothing.</param>
internal sealed record GeneratorPart(double Share, bool IsExhausted, string? Finding)
{
    /// <summary>What comes after something late waits as well: behind it, in the generator and in the target.</summary>
    private const double WithFollowers = 3;

    /// <summary>Parts of a run's latencies below this are no reason to look at the generator, or any hiccup of the system would be one.</summary>
    private const double Negligible = 0.0005;

    /// <summary>Nothing, as of a generator that is known to be perfect.</summary>
    internal static readonly GeneratorPart None = new(0, IsExhausted: false, Finding: null);

    /// <summary>What it was, for when it is held to be the limit.</summary>
    internal string Explanation => Finding ?? string.Create(CultureInfo.InvariantCulture, $"the generator may have disturbed {Math.Min(1, Share):0.##%} of the latencies");

    /// <summary>Reads it off the run's verdict on itself.</summary>
    /// <param name="trust">The verdict; null where nobody looked, which counts as all disturbed.</param>
    internal static GeneratorPart Of(Trust? trust)
    {
        if (trust is null)
            return new GeneratorPart(1, IsExhausted: false, "nobody watched the generator");
        TrustReason? worst = trust.Reasons.FirstOrDefault(reason => reason.Verdict != TrustVerdict.Trusted);
        bool isExhausted = trust.Reasons.Any(reason => reason.Kind is "exhaustion" && reason.Verdict != TrustVerdict.Trusted);
        double share = WithFollowers * Disturbed(trust.Figures);
        return new GeneratorPart(share < Negligible ? 0 : share, isExhausted, worst is null ? null : $"{worst.Finding}; {worst.Remedy}");
    }

    /// <summary>Time that event loops lost, arrivals that were late, intervals in which a loop was full, time without a processor: whichever is the largest share.</summary>
    private static double Disturbed(TrustFigures figures)
    {
        double time = figures.Length.TotalNanoseconds * Math.Max(1, figures.Loops.Count);
        double lost = figures.Lags.Sum(lags => lags.Lags.Mean * lags.Lags.TotalCount) / time;
        double waited = figures.Loops.Max(loop => loop.CpuWait) is { } wait && wait / figures.Length > TrustRules.CpuWaitDegraded ? wait / figures.Length : 0;
        double full = figures.SaturatedShare > TrustRules.SaturatedShareDegraded ? figures.SaturatedShare : 0;
        Histogram lateness = figures.Lateness;
        double late = lateness.TotalCount == 0 ? 0 : 1 - lateness.PercentileAtOrBelow((long)TrustRules.LeastLag) / 100;
        return Math.Max(Math.Max(lost, waited), Math.Max(full, late));
    }
}
