using System.Globalization;
using LoadTool.Analysis.Capacity;
using LoadTool.Cli.Commands;
using LoadTool.Outputs.Stored;

namespace LoadTool.Cli.Capacity;

/// <summary>
/// Holds loads by runs of this very tool, each in a process and a folder of its own: what a trial says can be looked up in its run, and repeated by hand. While it goes on, its
/// results are read as they are written; when they are enough, it is asked to end.
/// </summary>
internal sealed class RunProbe(CapacityRequest request, Uri target, TimeProvider clock) : ILoadProbe
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>How many users a second come where connections are the load: so that connecting itself is none.</summary>
    private const double ConnectionsPerSecond = 500;

    private const double LeastRampSeconds = 3;

    private readonly long _startedAt = clock.GetTimestamp();
    private int _count;

    public TimeSpan Elapsed => clock.GetElapsedTime(_startedAt);

    /// <inheritdoc/>
    /// <exception cref="UsageException">The first run could not be made at all, or nothing in it succeeded: no search would find more.</exception>
    public async Task<Trial> TryAsync(TrialPlan plan, CancellationToken cancellation)
    {
        if (_count++ > 0)
            await Task.Delay(request.Rest, clock, cancellation);
        string folder = Path.Combine(request.Folder, $"{_count:00}_{Text(plan.Load)}");
        NetworkReading before = NetworkReading.Take(target);
        (int intervals, string? error) = await HoldAsync(plan, folder, cancellation);
        string? network = NetworkReading.Take(target).Problem(before);
        if (intervals == 0)
            return _count == 1 ? throw new UsageException(error ?? $"the run in {folder} measured nothing") : NotRun(plan, folder, error);
        TrialWatch watch = Watch(plan);
        RunResult result = StoredRun.Read(folder).Replay(new TrialOutput(watch, intervals));
        if (_count == 1 && RunVerdict.NothingWorked(result))
            throw new UsageException(NothingWorked(result));
        return watch.End(GeneratorPart.Of(result.Trust), network) with { Folder = folder };
    }

    /// <returns>How many intervals the run had when enough was known, and what it said was wrong.</returns>
    private async Task<(int Intervals, string? Error)> HoldAsync(TrialPlan plan, string folder, CancellationToken cancellation)
    {
        TrialWatch watch = Watch(plan);
        int intervals = 0;
        await using ChildRun run = ChildRun.Start(Arguments(plan, folder));
        using RunTail tail = new(folder);
        try
        {
            for (bool hasEnded = false; !watch.IsOver && !hasEnded;)
            {
                await Task.Delay(Look, clock, cancellation);
                hasEnded = run.HasEnded;
                intervals += Take(tail, watch);
            }
        }
        catch (OperationCanceledException)
        {
            await run.EndAsync();
            throw;
        }

        return (intervals, await run.EndAsync());
    }

    /// <returns>How many intervals there were, up to the one that decided.</returns>
    private static int Take(RunTail tail, TrialWatch watch)
    {
        int intervals = 0;
        foreach (Snapshot interval in tail.Read())
        {
            intervals++;
            watch.Add(interval);
            if (watch.IsOver)
                break;
        }

        return intervals;
    }

    private IEnumerable<string> Arguments(TrialPlan plan, string folder)
    {
        // A little longer than it may be measured: its last interval is the one in which it ends.
        TimeSpan during = TrialWatch.Settling + plan.Longest + TimeSpan.FromSeconds(1);
        string[] load = request.Plan.Kind switch
        {
            LoadKind.Rate => ["--rate", Text(plan.Load), "--duration", Text(during)],
            LoadKind.Users => ["--vus", Text(plan.Load), "--duration", Text(during)],
            _ => ["--stage", $"{Text(Ramp(plan))}:{Text(plan.Load)}", "--stage", $"{Text(during)}:{Text(plan.Load)}"],
        };
        return
        [
            request.Script, "--quiet", "--no-color", .. load, .. request.Objectives.SelectMany(objective => new[] { "--threshold", objective.Text }), "--results", folder,
            "--seed", (request.Seed + _count - 1).ToString(CultureInfo.InvariantCulture), "--graceful-stop", "1s", .. request.RunOptions,
            .. request.Target is null ? (string[])["--target", target.ToString()] : [], .. request.ScriptArguments.Count > 0 ? (string[])["--", .. request.ScriptArguments] : [],
        ];
    }

    private TrialWatch Watch(TrialPlan plan) => new(plan, request.Plan.Kind, request.Objectives, Ramp(plan));

    private TimeSpan Ramp(TrialPlan plan) => request.Plan.Kind == LoadKind.Connections ? TimeSpan.FromSeconds(Math.Max(LeastRampSeconds, Math.Ceiling(plan.Load / ConnectionsPerSecond))) : TimeSpan.Zero;

    private string NothingWorked(RunResult result)
    {
        string why = result.Failures is [{ Key: var failure, Value: var times }, ..] ? $"{failure.Status} ({failure.Detail}) {times} times" : "nothing was answered";
        string where = target.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped);
        return $"nothing succeeded against {where}: {why}; is the target running, and its address right?";
    }

    /// <summary>What this machine refuses to run is more than the generator carries.</summary>
    private static Trial NotRun(TrialPlan plan, string folder, string? error) => new(plan, TrialVerdict.GeneratorLimited, [])
    {
        IsTrusted = false,
        Limit = CapacityLimit.Ports,
        Doubt = error ?? $"the run in {folder} measured nothing",
        Folder = folder,
    };

    private static string Text(double load) => load.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}ms");
}
