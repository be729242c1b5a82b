using LoadTool.Sockets;

namespace LoadTool;

/// <summary>What <see cref="Scenario.WithInit"/> and <see cref="Scenario.WithClean"/> are given.</summary>
public sealed class ScenarioInitContext
{
    internal ScenarioInitContext(
        string scenarioName,
        Uri target,
        IReadOnlyDictionary<string, string> environment,
        Dictionary<string, object> data,
        IReadOnlyList<EventLoop> loops,
        CancellationToken cancellation,
        Action<string> log)
    {
        ScenarioName = scenarioName;
        Target = target;
        Env = environment;
        Data = data;
        Loops = loops;
        CancellationToken = cancellation;
        Log = log;
    }

    /// <summary>The scenario's name.</summary>
    public string ScenarioName { get; }

    /// <summary>The target under load.</summary>
    public Uri Target { get; }

    /// <summary>Values given with <c>--env NAME=VALUE</c>.</summary>
    public IReadOnlyDictionary<string, string> Env { get; }

    /// <summary>State of the whole scenario: set in init, read by users as <see cref="VirtualUser.ScenarioData"/>, and there again in clean.</summary>
    public Dictionary<string, object> Data { get; }

    /// <summary>Cancelled when the run is stopped.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Writes a line to the run's log.</summary>
    public Action<string> Log { get; }

    /// <summary>The run's event loops; user n lives on the n-th of them, counted around.</summary>
    internal IReadOnlyList<EventLoop> Loops { get; }
}
