using System.Text.Json;
using LoadTool.Outputs.Files;
using LoadTool.Sockets;

namespace LoadTool.Outputs.Stored;

/// <summary>
/// A run in its folder, whether it came to its end or was killed: can be shown to outputs as if it took place again. <c>run.jsonl</c> and <c>run.hlog</c> hold all of it;
/// the last line of either may be cut off.
/// </summary>
internal sealed class StoredRun
{
    private readonly JsonElement? _summary;

    private StoredRun(string folder, RunInfo info, RunEnvironment? environment, JsonElement? summary) =>
        (Folder, Info, Environment, _summary) = (folder, info, environment, summary);

    /// <summary>Where it lies.</summary>
    internal string Folder { get; }

    /// <summary>What was known before it began. Its scenarios have names and nothing else; what is secret in its target was never stored.</summary>
    internal RunInfo Info { get; }

    /// <summary>The load of each scenario in words, in their order; empty where nobody kept it. Equal words were equal loads.</summary>
    internal IReadOnlyList<IReadOnlyList<string>> Load => Info.StoredLoad!;

    /// <summary>What started it; null when nobody said.</summary>
    internal RunEnvironment? Environment { get; }

    /// <summary>True when it came to its end, and so has figures that were known only then.</summary>
    internal bool IsFinished => _summary is not null;

    /// <summary>True while the process that makes the run is there and writes.</summary>
    internal bool IsGoingOn
    {
        get
        {
            try
            {
                // Whoever writes it locks it; who was killed does no more.
                using FileStream file = new(Path.Combine(Folder, FilesOutput.LinesName), FileMode.Open, FileAccess.Read, FileShare.None);
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>Finds the run in a folder.</summary>
    /// <exception cref="IOException">There is none that can be read; one line says why.</exception>
    internal static StoredRun Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new IOException($"there is no folder {VisibleText.OneLine(folder)}");
        string path = Path.Combine(folder, FilesOutput.LinesName);
        if (!File.Exists(path))
            throw new IOException($"{VisibleText.OneLine(folder)} holds no results: it has no {FilesOutput.LinesName}");
        return Guarded(path, () =>
        {
            (string? first, string? last) = Ends(path);
            if (first is null || TryParse(first) is not { } run || run.Text("type") != "run")
                throw new IOException($"{VisibleText.OneLine(path)} does not begin with a run: it was killed before it began, or is of something else");
            if (run.Count("schema_version") > RunLines.SchemaVersion)
                throw new IOException($"{VisibleText.OneLine(folder)} was written by a newer LoadTool ({VisibleText.OneLine(run.GetProperty("tool").Text("version"), 100)}): read it with that one");
            (RunInfo info, RunEnvironment? environment) = HeadOf(run);
            return new StoredRun(folder, info, environment, SummaryIn(folder, last));
        });
    }

    /// <summary>Shows the run to outputs: start, every interval, end.</summary>
    /// <param name="outputs">They lose nothing that the run itself did not lose.</param>
    /// <returns>What their <see cref="IOutput.Finish"/> was given: equal to the run's own to the last digit, or, of a run without an end, the sum of its intervals.</returns>
    /// <exception cref="IOException">The files are damaged, or outputs failed; the others have been shown all of it.</exception>
    internal RunResult Replay(params IReadOnlyList<IOutput> outputs)
    {
        Dictionary<IOutput, string> errors = [];
        string path = Path.Combine(Folder, FilesOutput.LinesName), logPath = Path.Combine(Folder, FilesOutput.HistogramLogName);
        if (!File.Exists(logPath))
            throw new IOException($"{VisibleText.OneLine(Folder)} has no {FilesOutput.HistogramLogName}");
        using StoredHistograms histograms = new(logPath);
        StoredTally tally = new(Info, histograms);
        Tell(output => output.Start(Info));
        bool isOver = false;
        TimeSpan? length = _summary?.Time("duration_seconds");
        foreach (JsonElement interval in Intervals(path))
        {
            // The first snapshot past the run's length is the last that its result knew: one that follows holds what cleaning up logged.
            Snapshot snapshot = Guarded(path, () => tally.Take(interval, isCounted: !isOver));
            isOver |= snapshot.SinceStart > length;
            Tell(output => output.Write(snapshot));
        }

        RunResult result = Guarded(path, () => Result(histograms, tally));
        Tell(output => output.Finish(result));
        return errors.Count == 0 ? result : throw new IOException(string.Join("; ", errors.Select(error => $"{error.Key.Name}: {error.Value}")));

        void Tell(Action<IOutput> tell)
        {
            foreach (IOutput output in outputs.Where(output => !errors.ContainsKey(output)))
            {
                try
                {
                    tell(output);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    errors.Add(output, error.Message);
                }
            }
        }
    }

    private RunResult Result(StoredHistograms histograms, StoredTally tally)
    {
        if (_summary is not { } summary)
            return tally.Sum(Info, $"the run did not come to its end: this is the sum of what it measured until {tally.Last?.SinceStart.TotalSeconds ?? 0:0.0} s after its start");
        histograms.CountRest();
        RunResult result = new StoredSummary(summary, histograms, tally).Result(Info);
        return histograms.LacksSome
            ? result with { Incomplete = $"{FilesOutput.HistogramLogName} or {FilesOutput.LinesName} was not written to its end: counts and percentiles of latencies lack what came after" }
            : result;
    }

    /// <summary>Every whole line of an interval. Only the last line of all may be cut off.</summary>
    private static IEnumerable<JsonElement> Intervals(string path)
    {
        JsonException? cut = null;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (cut is not null)
                throw new IOException($"{VisibleText.OneLine(path)}: line {number - 1} is damaged: {cut.Message}");
            if (!line.StartsWith("{\"type\":\"interval\"", StringComparison.Ordinal))
                continue;
            JsonElement interval = default;
            try
            {
                interval = JsonElement.Parse(line);
            }
            catch (JsonException error)
            {
                cut = error;
                continue;
            }

            yield return interval;
        }
    }

    private static (string? First, string? Last) Ends(string path)
    {
        string? first = null, last = null;
        foreach (string line in File.ReadLines(path))
            (first, last) = (first ?? line, line);
        return (first, last);
    }

    /// <summary>That of the last line; or, where the disk was full before it, the file of its own.</summary>
    private static JsonElement? SummaryIn(string folder, string? last)
    {
        if (last is not null && TryParse(last) is { } line && line.Text("type") == "summary")
            return line.GetProperty("summary");
        string path = Path.Combine(folder, FilesOutput.SummaryName);
        return File.Exists(path) && TryParse(File.ReadAllText(path)) is { } summary && summary.GetProperty("complete").GetBoolean() ? summary : null;
    }

    private static JsonElement? TryParse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What the first line of <c>run.jsonl</c> says, wherever it is kept. What is none shows in many ways as it is read.</summary>
    internal static (RunInfo Info, RunEnvironment? Environment) HeadOf(JsonElement run) => (InfoOf(run), EnvironmentOf(run));

    private static RunInfo InfoOf(JsonElement run) => new(
        run.Text("name"),
        [.. run.Each("scenarios").Select(scenario => Scenario.Create(scenario.GetString()!, Unavailable))],
        new RunOptions
        {
            Target = new Uri(run.Text("target")),
            Seed = run.Count("seed"),
            Engine = Enum.Parse<EngineKind>(run.Text("engine"), ignoreCase: true),
            Loops = (int)run.Count("loops"),
            Sockets = run.Find("sockets") is null ? SocketOverrides.None : run.Texts("sockets").Aggregate(SocketOverrides.None, (all, one) => all.With(one.Key, one.Value)),
            Iterations = run.Find("iterations")?.GetInt64(),
            MaxDuration = run.TimeOrNull("max_duration_seconds"),
            GracefulStop = run.Time("graceful_stop_seconds"),
            Interval = run.Time("interval_seconds"),
            Tags = run.Texts("tags"),
        },
        run.Moment("started_at"),
        run.TimeOrNull("planned_seconds"))
    {
        StoredLoad = LoadOf(run),
    };

    private static IReadOnlyList<IReadOnlyList<string>> LoadOf(JsonElement run) => run.Find("load") is null
        ? []
        : [.. run.Each("load").Select(scenario => (IReadOnlyList<string>)[.. scenario.EnumerateArray().Select(text => text.GetString()!)])];

    private static Task Unavailable(VirtualUser user) => throw new NotSupportedException("A stored run cannot be run again.");

    private static RunEnvironment? EnvironmentOf(JsonElement run) => run.Find("script") is { } script
        ? new RunEnvironment(script.Text("path"), [.. script.Each("arguments").Select(argument => argument.GetString()!)], script.Text("content_hash"))
        : null;

    /// <summary>What is no run of ours shows in many ways as it is read: all of them are one to the user.</summary>
    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw new IOException($"{VisibleText.OneLine(path)} is damaged: {VisibleText.OneLine(error.Message, 200)}", error);
        }
    }
}
