using LoadTool.Metrics;

namespace LoadTool;

/// <summary>How sockets connected, over an interval or over the whole run: those of all scenarios, whether a step timed them or not.</summary>
/// <param name="Phases">The phases that have occurred in the run, in the order of a connection.</param>
/// <param name="Failures">Sockets that could not connect, also where a script dealt with it itself.</param>
/// <param name="Interrupted">Attempts that the script or the run's end cut off: neither success nor failure.</param>
/// <param name="Lost">
/// Open connections that the server closed, or that broke, while nobody awaited anything of them. A user who tries to use one later fails in its own step as well.
/// </param>
public sealed record ConnectFigures(
    IReadOnlyList<ConnectPhaseFigures> Phases, IReadOnlyDictionary<Outcome, long> Failures, long Interrupted, IReadOnlyDictionary<Outcome, long> Lost)
{
    /// <summary>No socket at all.</summary>
    public static ConnectFigures None { get; } = new([], new Dictionary<Outcome, long>(), Interrupted: 0, new Dictionary<Outcome, long>());

    /// <summary>Sockets that connected.</summary>
    public long OkCount => DurationOf(ConnectPhaseFigures.NameOf(ConnectPart.Whole))?.TotalCount ?? 0;

    /// <summary>Sockets that could not connect.</summary>
    public long FailCount => Failures.Values.Sum();

    internal Histogram? DurationOf(string name) => Phases.FirstOrDefault(phase => phase.Name == name)?.Duration;
}
