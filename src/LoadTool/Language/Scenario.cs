namespace LoadTool;

/// <summary>What one virtual user does, and when how many of them do it.</summary>
public sealed class Scenario
{
    private readonly List<LoadSimulation> _simulations = [];
    private readonly List<ThresholdCondition> _thresholds = [];
    private readonly Func<VirtualUser, Task> _run;
    private readonly Func<Task, Response>? _responseOf;

    /// <param name="name">The name that results show.</param>
    /// <param name="run">One iteration.</param>
    /// <param name="responseOf">Reads the response of an iteration that ended well; null when iterations have none.</param>
    private Scenario(string name, Func<VirtualUser, Task> run, Func<Task, Response>? responseOf)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new ArgumentException("A scenario needs a name.", nameof(name));
        ArgumentNullException.ThrowIfNull(run);
        (Name, _run, _responseOf) = (name, run, responseOf);
    }

    /// <summary>The name that results show.</summary>
    public string Name { get; }

    /// <summary>The simulations, in the order they run.</summary>
    public IReadOnlyList<LoadSimulation> Simulations => _simulations;

    internal IReadOnlyList<ThresholdCondition> Thresholds => _thresholds;

    internal Func<ScenarioInitContext, Task>? Init { get; private set; }

    internal Func<ScenarioInitContext, Task>? Clean { get; private set; }

    /// <summary>Makes a scenario whose iterations succeed unless they throw or a step of theirs fails.</summary>
    /// <param name="name">The name that results show; not empty.</param>
    /// <param name="run">One iteration of one virtual user, on its event loop: it must not block.</param>
    /// <returns>The scenario; in a script it runs without further ado.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static Scenario Create(string name, Func<VirtualUser, Task> run) => Register(new Scenario(name, run, responseOf: null));

    /// <summary>Makes a scenario whose iterations say themselves how they ended.</summary>
    /// <typeparam name="T">Whatever the response carries; not looked at.</typeparam>
    /// <param name="name">The name that results show; not empty.</param>
    /// <param name="run">One iteration of one virtual user, on its event loop: it must not block.</param>
    /// <returns>The scenario; in a script it runs without further ado.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static Scenario Create<T>(string name, Func<VirtualUser, Task<Response<T>>> run) =>
        Register(new Scenario(name, run, responseOf: static iteration => ((Task<Response<T>>)iteration).Result));

    /// <summary>Sets what happens once, before the load: an exception there ends the run.</summary>
    /// <param name="init">Not measured.</param>
    /// <returns>This scenario.</returns>
    public Scenario WithInit(Func<ScenarioInitContext, Task> init)
    {
        Init = init;
        return this;
    }

    /// <summary>Sets what happens once, after the load, however it ended.</summary>
    /// <param name="clean">Not measured.</param>
    /// <returns>This scenario.</returns>
    public Scenario WithClean(Func<ScenarioInitContext, Task> clean)
    {
        Clean = clean;
        return this;
    }

    /// <summary>Sets the load; it replaces what was set before.</summary>
    /// <param name="simulations">Run one after another.</param>
    /// <returns>This scenario.</returns>
    /// <exception cref="ArgumentException">No simulation.</exception>
    public Scenario WithLoadSimulations(params LoadSimulation[] simulations)
    {
        if (simulations.Length == 0)
            throw new ArgumentException("A scenario needs at least one load simulation.", nameof(simulations));
        _simulations.Clear();
        _simulations.AddRange(simulations);
        return this;
    }

    /// <summary>Adds limits on this scenario's figures: when one is crossed at the end of the run, the tool ends with exit code 99.</summary>
    /// <param name="conditions">
    /// As in k6: <c>echo: p(99) &lt; 20ms</c>, with p(n), avg, min, max, med, count or rate of a step or of <c>iterations</c>;
    /// <c>errors: rate &lt; 0.1%</c>, of one step <c>echo.errors: rate &lt; 1%</c>. A number without unit is in milliseconds, per second, or a share. What was
    /// never counted has crossed its limit.
    /// </param>
    /// <returns>This scenario.</returns>
    /// <exception cref="ArgumentException">One is no condition; the message tells what is wrong with it.</exception>
    public Scenario WithThresholds(params string[] conditions)
    {
        _thresholds.AddRange(conditions.Select(ThresholdCondition.Parse));
        return this;
    }

    /// <summary>Starts one iteration. What the script's method throws before its first await comes through the task, like everything later.</summary>
    internal Task Start(VirtualUser user)
    {
        try
        {
            return _run(user) ?? throw new InvalidOperationException($"Scenario \"{Name}\" returned no task: make its method async.");
        }
        catch (Exception error)
        {
            return Task.FromException(error);
        }
    }

    /// <summary>How an iteration that ended without an exception failed, or null. Without a response, a failed step of its makes it fail.</summary>
    internal Outcome? FailureOf(Task iteration, VirtualUser user)
    {
        if (_responseOf is null)
            return user.StepFailure;
        Response response = _responseOf(iteration);
        return response.IsError ? new Outcome(response.StatusCode, response.Message) : null;
    }

    private static Scenario Register(Scenario scenario)
    {
        ScenarioRegistry.Current?.Add(scenario);
        return scenario;
    }
}
