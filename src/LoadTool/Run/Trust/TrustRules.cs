using System.Globalization;
using LoadTool.Metrics;

namespace LoadTool;

/// <summary>
/// Judges a generator by its figures. Percentiles up to p99.9 are shown: what the generator disturbed for more than 1 % of the time is no longer
/// the target's at p99, for more than 0.1 % at p99.9. Two figures are needed to call a short run's hiccup by those names, or any would be one.
/// </summary>
internal static class TrustRules
{
    /// <summary>A lag below this is noise of the system and no reason, nanoseconds.</summary>
    internal const double LeastLag = 10e6;

    /// <summary>The part of the fastest step's p99 that a lag may be without being a lie.</summary>
    internal const double HarmlessPart = 0.1;

    /// <summary>
    /// However slow the target seems, lags above this count, nanoseconds: a generator that lags all the time makes its target seem slow.
    /// </summary>
    internal const double MostHarmless = 50e6;

    internal const double LongLag = 50e6;
    internal const double LagShareDegraded = 0.001;
    internal const double LagShareInvalid = 0.01;

    /// <summary>Less than this in all never disturbs p99.9, or p99: a short run would be judged by one hiccup. Nanoseconds.</summary>
    internal const double LeastLostDegraded = 20e6;
    internal const double LeastLostInvalid = 100e6;

    internal const double LateShareDegraded = 0.01;
    internal const double LateShareInvalid = 0.1;
    internal const double SaturatedCpu = 0.9;
    internal const double SaturatedShareDegraded = 0.1;
    internal const double CpuWaitDegraded = 0.05;
    internal const double CpuWaitInvalid = 0.2;
    internal const double GcDegraded = 0.01;
    internal const double GcInvalid = 0.1;
    /// <summary>Bytes per second of one loop. A script that allocated 40 MB/s put p99 at 5 to 16 ms: twice that is no accident.</summary>
    internal const double AllocationDegraded = 100e6;
    internal const double StolenDegraded = 0.05;
    internal const double FullShare = 0.9;
    internal const double ExhaustionInvalid = 0.01;
    internal const double ClockStep = 50e6;
    internal const double MachineFull = 0.95;

    /// <summary>A cause that took less than this part of all lost time is not named beside the others.</summary>
    private const double SmallPart = 0.2;

    /// <param name="figures">What was measured.</param>
    /// <param name="fastestP99">p99 of the step with the least p99, nanoseconds; 0 when nothing succeeded.</param>
    /// <param name="attempts">Attempts of steps, or of iterations.</param>
    /// <returns>The verdict.</returns>
    internal static Trust Judge(TrustFigures figures, double fastestP99, long attempts)
    {
        IEnumerable<TrustReason> reasons =
        [
            .. Lags(figures, fastestP99), .. Lateness(figures, fastestP99), .. Processor(figures), .. Garbage(figures),
            .. Limits(figures, attempts), .. Clock(figures), .. Sharing(figures),
        ];
        return new Trust(figures, [.. reasons.OrderByDescending(reason => reason.Verdict)]);
    }

    /// <summary>The least lag that disturbs, nanoseconds.</summary>
    internal static double Disturbing(double fastestP99) => Math.Clamp(HarmlessPart * fastestP99, LeastLag, MostHarmless);

    private static IEnumerable<TrustReason> Lags(TrustFigures figures, double fastestP99)
    {
        double floor = Disturbing(fastestP99);
        double longLag = Math.Max(LongLag, HarmlessPart * fastestP99);
        double time = figures.Length.TotalNanoseconds * Math.Max(1, figures.Loops.Count);
        double lost = figures.Lags.Sum(lags => Above(lags.Lags, floor));
        TrustVerdict byShare = ByShare(lost / time, LagShareDegraded, LagShareInvalid);
        if (byShare == TrustVerdict.Invalid && lost < LeastLostInvalid)
            byShare = TrustVerdict.Degraded;
        if (byShare == TrustVerdict.Degraded && lost < LeastLostDegraded)
            byShare = TrustVerdict.Trusted;
        foreach (LagFigures lags in figures.Lags)
        {
            double ofCause = Above(lags.Lags, floor);
            bool isLong = lags.Lags.Max >= longLag;
            TrustVerdict verdict = ofCause >= SmallPart * lost ? byShare : TrustVerdict.Trusted;
            if (verdict == TrustVerdict.Trusted && isLong)
                verdict = TrustVerdict.Degraded;
            if (verdict == TrustVerdict.Trusted)
                continue;
            bool decidedByShare = byShare != TrustVerdict.Trusted && verdict == byShare;
            (string Finding, string Remedy) words = TrustWords.Of(lags, figures, ofCause / time);
            yield return new TrustReason(
                verdict,
                $"lag.{lags.Cause.ToString().ToLowerInvariant()}",
                words.Finding,
                decidedByShare ? lost / time : lags.Lags.Max / 1e9,
                decidedByShare ? (verdict == TrustVerdict.Invalid ? LagShareInvalid : LagShareDegraded) : longLag / 1e9,
                decidedByShare ? "share" : "seconds",
                words.Remedy);
        }
    }

    private static IEnumerable<TrustReason> Lateness(TrustFigures figures, double fastestP99)
    {
        Histogram lateness = figures.Lateness;
        if (lateness.TotalCount == 0)
            yield break;
        double floor = Disturbing(fastestP99);
        long late = lateness.RecordedValues().Where(value => value.ValueIteratedTo > floor).Sum(value => value.CountInStep);
        if (Share("lateness", (double)late / lateness.TotalCount, LateShareDegraded, LateShareInvalid) is { } reason)
        {
            yield return reason(
                Invariant($"{late} of {lateness.TotalCount} arrivals and turns began more than {floor / 1e6:0.#} ms after they were due, at worst {lateness.Max / 1e6:0.#} ms"),
                "ask less of one loop: more --loops, a lower rate, or a second machine");
        }
    }

    private static IEnumerable<TrustReason> Processor(TrustFigures figures)
    {
        if (figures.SaturatedShare > SaturatedShareDegraded)
        {
            yield return new TrustReason(
                TrustVerdict.Degraded,
                "cpu",
                Invariant($"an event loop worked more than {SaturatedCpu:0%} of the time in {figures.SaturatedShare:0%} of the intervals: what it reads has waited for it"),
                figures.SaturatedShare,
                SaturatedShareDegraded,
                "share",
                "give it more --loops, or less to do");
        }

        if (figures.Loops.Max(loop => loop.CpuWait) is { } wait && Share("cpu_wait", wait / figures.Length, CpuWaitDegraded, CpuWaitInvalid) is { } waiting)
        {
            yield return waiting(
                Invariant($"an event loop was ready to run and got no processor for {wait.TotalSeconds:0.##} s of {figures.Length.TotalSeconds:0.#} s"),
                "leave the generator a core: end other programs, put the target on another machine, or use fewer --loops");
        }

        if (figures.MachineStolen > StolenDegraded)
        {
            yield return new TrustReason(
                TrustVerdict.Degraded, "stolen", Invariant($"the host of this virtual machine gave {figures.MachineStolen:0.#%} of its processors to others"),
                figures.MachineStolen.Value, StolenDegraded, "share", "use a machine with processors of its own");
        }
    }

    private static IEnumerable<TrustReason> Garbage(TrustFigures figures)
    {
        const string Remedy = "allocate less per message: make payloads once, read messages as spans, keep buffers in user.State";
        double perSecond = figures.Loops.Select(loop => loop.AllocatedBytes / figures.Length.TotalSeconds).DefaultIfEmpty().Max();
        if (Share("gc", figures.GcPause / figures.Length, GcDegraded, GcInvalid) is { } reason)
        {
            yield return reason(
                Invariant($"{figures.GcCount} garbage collections held all event loops for {figures.GcPause.TotalSeconds:0.###} s; {TrustWords.WhoAllocated(figures)}"), Remedy);
        }
        else if (perSecond > AllocationDegraded)
        {
            yield return new TrustReason(
                TrustVerdict.Degraded, "allocation", Invariant($"an event loop spent its time on memory: {TrustWords.WhoAllocated(figures)}"), perSecond, AllocationDegraded, "bytes_per_second", Remedy);
        }
    }

    private static IEnumerable<TrustReason> Limits(TrustFigures figures, long attempts)
    {
        if (figures.ExhaustionFailures > 0)
        {
            double share = figures.ExhaustionFailures / (double)Math.Max(1, attempts);
            yield return new TrustReason(
                share > ExhaustionInvalid ? TrustVerdict.Invalid : TrustVerdict.Degraded, "exhaustion",
                Invariant($"{figures.ExhaustionFailures} attempts failed because this machine ran out of ports, descriptors or buffers: they say nothing about the target"),
                share, share > ExhaustionInvalid ? ExhaustionInvalid : 0, "share",
                "raise ulimit -n or net.ipv4.ip_local_port_range, spread connections over local addresses (socket.Control.Tuning.LocalAddress), or use fewer users");
        }
        else if (figures.MaxConnections > FullShare * figures.Ports)
        {
            yield return Full("ports", figures.MaxConnections, figures.Ports ?? 0, "connections were open at once, of {0} local ports: the next may fail, and finding a free one takes longer", "widen net.ipv4.ip_local_port_range");
        }
        else if (figures.MaxConnections + figures.OtherDescriptors > FullShare * figures.DescriptorLimit)
        {
            yield return Full(
                "descriptors", figures.MaxConnections + figures.OtherDescriptors, figures.DescriptorLimit ?? 0, "descriptors were open at once, of {0} that this process may have: the next connection may fail", "raise ulimit -n");
        }
    }

    private static TrustReason Full(string kind, long used, long limit, string finding, string remedy) => new(
        TrustVerdict.Degraded, kind, string.Format(CultureInfo.InvariantCulture, $"{{1}} {finding}", limit, used), (double)used / limit, FullShare, "share", remedy);

    private static IEnumerable<TrustReason> Clock(TrustFigures figures)
    {
        if (figures.ClockSteps == 0)
            yield break;
        yield return new TrustReason(
            TrustVerdict.Degraded, "clock",
            Invariant($"the wall clock was set {figures.ClockSteps} times while the load ran, by up to {figures.LargestClockStep.TotalMilliseconds:0} ms: latencies do not use it, times of day in files do"),
            Math.Abs(figures.LargestClockStep.TotalSeconds), ClockStep / 1e9, "seconds", "let the time service settle before the run");
    }

    private static IEnumerable<TrustReason> Sharing(TrustFigures figures)
    {
        if (!figures.IsTargetLocal)
            yield break;
        bool isFull = figures.MachineBusy > MachineFull;
        string busy = figures.MachineBusy is { } share ? Invariant($", {share:0%} busy") : "";
        yield return new TrustReason(
            isFull ? TrustVerdict.Degraded : TrustVerdict.Trusted,
            "shared_cores",
            isFull
                ? $"target and generator shared this machine's cores{busy}: each took from the other"
                : $"the target is on this machine and shares its cores{busy}",
            figures.MachineBusy ?? 0,
            MachineFull,
            "share",
            isFull ? "put the target on another machine, or ask for less" : "for capacity figures put it on another one");
    }

    /// <summary>A reason that waits for its words, when a share is beyond a limit.</summary>
    private static Func<string, string, TrustReason>? Share(string kind, double share, double degraded, double invalid)
    {
        TrustVerdict verdict = ByShare(share, degraded, invalid);
        return verdict == TrustVerdict.Trusted
            ? null
            : (finding, remedy) => new TrustReason(verdict, kind, finding, share, verdict == TrustVerdict.Invalid ? invalid : degraded, "share", remedy);
    }

    private static TrustVerdict ByShare(double share, double degraded, double invalid) =>
        share > invalid ? TrustVerdict.Invalid : share > degraded ? TrustVerdict.Degraded : TrustVerdict.Trusted;

    /// <summary>The time in which something that fell due would have waited longer than a floor, nanoseconds.</summary>
    private static double Above(Histogram lags, double floor) =>
        lags.RecordedValues().Where(value => value.ValueIteratedTo > floor).Sum(value => (value.ValueIteratedTo - floor) * value.CountInStep);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
