using System.Runtime.CompilerServices;

namespace LoadTool;

/// <summary>What one virtual user does, and when how many of them do it.</summary>
public sealed class Scenario
{
    private readonly List<LoadSimulation> _simulations = [];
    private readonly List<Threshold> _thresholds = [];
    private readonly Func<VirtualUser, Iteration> _run;
    private readonly bool _hasResponses;

    /// <param name="name">The name that results show.</param>
    /// <param name="run">One iteration.</param>
    /// <param name="hasResponses">True when iterations say themselves how they ended.</param>
    private Scenario(string name, Func<VirtualUser, Iteration> run, bool hasResponses)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new ArgumentException("A scenario needs a name.", nameof(name));
        ArgumentNullException.ThrowIfNull(run);
        (Name, _run, _hasResponses) = (name, run, hasResponses);
    }

    /// <summary>The name that results show.</summary>
    public string Name { get; }

    /// <summary>Where it was made.</summary>
    internal (string File, int Line) Place { get; private init; }

    /// <summary>The simulations, in the order they run.</summary>
    public IReadOnlyList<LoadSimulation> Simulations => _simulations;

    /// <summary>What cuts its connections.</summary>
    internal IReadOnlyList<Storm> Storms { get; private set; } = [];

    internal IReadOnlyList<Threshold> Thresholds => _thresholds;

    /// <summary>How much of the load that scenarios with weights share is this one's; null when it has its load for itself.</summary>
    internal int? Weight { get; private set; }

    /// <summary>How long its load runs beforehand, to be thrown away; null for not at all.</summary>
    internal TimeSpan? WarmUp { get; private set; }

    /// <summary>Connections that its users may begin per second; null for no limit.</summary>
    internal double? ConnectsPerSecond { get; private set; }

    internal Func<ScenarioInitContext, Task>? Init { get; private set; }

    internal Func<ScenarioInitContext, Task>? Clean { get; private set; }

    /// <summary>Makes a scenario whose iterations succeed unless they throw or a step of theirs fails.</summary>
    /// <param name="name">The name that results show; not empty.</param>
    /// <param name="run">One iteration of one virtual user, on its event loop: it must not block.</param>
    /// <param name="file">Filled in by the compiler: errors name it.</param>
    /// <param name="line">Filled in by the compiler: errors name it.</param>
    /// <returns>The scenario; in a script it runs without further ado.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    [OverloadResolutionPriority(1)]
    public static Scenario Create(string name, Func<VirtualUser, Iteration> run, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Register(new Scenario(name, run, hasResponses: false) { Place = (file, line) });

    /// <inheritdoc cref="Create(string, Func{VirtualUser, Iteration}, string, int)"/>
    public static Scenario Create(string name, Func<VirtualUser, Task> run, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Create(name, async Iteration (user) => await Started(run(user), name), file, line);
    }

    /// <summary>Makes a scenario whose iterations say themselves how they ended.</summary>
    /// <typeparam name="T">Whatever the response carries; not looked at.</typeparam>
    /// <param name="name">The name that results show; not empty.</param>
    /// <param name="run">One iteration of one virtual user, on its event loop: it must not block.</param>
    /// <param name="file">Filled in by the compiler: errors name it.</param>
    /// <param name="line">Filled in by the compiler: errors name it.</param>
    /// <returns>The scenario; in a script it runs without further ado.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static Scenario Create<T>(string name, Func<VirtualUser, Task<Response<T>>> run, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Register(new Scenario(name, async Iteration (user) => user.Extras.Response = await Started(run(user), name), hasResponses: true) { Place = (file, line) });
    }

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
    /// As in k6: <c>echo: p(99) &lt; 20ms</c>, with p(n), avg, min, max, med, count or rate of a step or of <c>iterations</c>; <c>echo{room:lobby}: max &lt; 1s</c>, of a step where it
    /// bore a tag's value; <c>errors: rate &lt; 0.1%</c>, of one step <c>echo.errors: rate &lt; 1%</c>; <c>checks: rate &gt; 99%</c>, of one check <c>checks{check:its name}: rate == 100%</c>;
    /// <c>orders: count &gt; 100</c>, of a counter (count, rate), a gauge (value, min, max) or a histogram (p(n), avg, min, max, med, count) of the script. A number without unit is in
    /// milliseconds, per second, a share, or in the metric's own unit. With <c>abort</c> at its end the run ends as soon as it is crossed, with <c>abort after 10s</c> not before the load
    /// is so old. What was never counted has crossed its limit at the end.
    /// </param>
    /// <returns>This scenario.</returns>
    /// <exception cref="ArgumentException">One is no condition; the message tells what is wrong with it.</exception>
    public Scenario WithThresholds([Names(NamesAttribute.Threshold)] params string[] conditions)
    {
        _thresholds.AddRange(conditions.Select(condition => (Threshold)condition));
        return this;
    }

    /// <inheritdoc cref="WithThresholds(string[])"/>
    /// <param name="thresholds">Made by <see cref="Threshold.Create(string, bool, TimeSpan?, string, int)"/> and its like, or texts.</param>
    public Scenario WithThresholds([Names(NamesAttribute.Threshold)] params Threshold[] thresholds)
    {
        _thresholds.AddRange(thresholds);
        return this;
    }

    /// <summary>Sets the storms that cut connections of <see cref="VirtualUser.StayConnectedAsync"/>; they replace those set before.</summary>
    /// <param name="storms">Made by <see cref="Storm.Cut"/>; at most 100 moments within the load in all.</param>
    /// <returns>This scenario.</returns>
    public Scenario WithStorms(params Storm[] storms)
    {
        Storms = [.. storms];
        return this;
    }

    /// <summary>Sets the thresholds in place of all set before.</summary>
    /// <exception cref="ArgumentException">A condition cannot be read.</exception>
    internal void ReplaceThresholds(IReadOnlyList<string> conditions)
    {
        _thresholds.Clear();
        _thresholds.AddRange(conditions.Select(condition => (Threshold)condition));
    }

    /// <summary>
    /// Gives this scenario a share of one load. All scenarios with weights are given the same load simulations; each iteration is one scenario's, with
    /// the probability of its weight over the sum of weights, and each virtual user likewise.
    /// </summary>
    /// <param name="weight">0 or more; not 0 in sum.</param>
    /// <returns>This scenario.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is negative.</exception>
    public Scenario WithWeight(int weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        Weight = weight;
        return this;
    }

    /// <summary>
    /// Limits how fast sockets of this scenario's users connect, whatever the load: <c>ConnectAsync</c> waits for its turn, of which there is one per interval for
    /// the whole run. The wait is counted apart; it is in no latency of steps and iterations.
    /// </summary>
    /// <param name="perSecond">Connections begun per second; more than 0.</param>
    /// <returns>This scenario.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="perSecond"/> is not more than 0.</exception>
    public Scenario WithConnectRate(double perSecond)
    {
        if (!(perSecond > 0) || double.IsInfinity(perSecond))
            throw new ArgumentOutOfRangeException(nameof(perSecond), perSecond, "A connect rate is more than zero connections per second.");
        ConnectsPerSecond = perSecond;
        return this;
    }

    /// <summary>
    /// Sets a warm-up: before the load, and after init, the scenario's load runs from its beginning for so long, and what it measures is thrown away.
    /// The load then begins anew. Without this call there is no warm-up.
    /// </summary>
    /// <param name="duration">How long; more than zero and at most 30 days. A load that is over before ends the warm-up.</param>
    /// <returns>This scenario.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is outside its range.</exception>
    public Scenario WithWarmUpDuration(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero || duration > LoadSimulation.Longest)
            throw new ArgumentOutOfRangeException(nameof(duration), duration, $"A warm-up lasts longer than zero and at most {LoadSimulation.Longest.Days} days; WithoutWarmUp() does without.");
        WarmUp = duration;
        return this;
    }

    /// <summary>Does without a warm-up.</summary>
    /// <returns>This scenario.</returns>
    public Scenario WithoutWarmUp()
    {
        WarmUp = null;
        return this;
    }

    /// <summary>Starts one iteration. What the script's method throws before its first await comes like everything later.</summary>
    internal Iteration Start(VirtualUser user)
    {
        try
        {
            return _run(user);
        }
        catch (Exception error)
        {
            IterationCore failed = new();
            failed.End(error);
            return new Iteration(failed);
        }
    }

    /// <summary>How an iteration that ended without an exception failed, or null. Without a response, a failed step of its makes it fail.</summary>
    internal Outcome? FailureOf(VirtualUser user)
    {
        if (!_hasResponses)
            return user.StepFailure;
        Response response = user.Extras.Response;
        return response.IsError ? new Outcome(response.StatusCode, response.Message) : null;
    }

    private static TTask Started<TTask>(TTask? task, string name)
        where TTask : Task => task ?? throw new InvalidOperationException($"Scenario \"{name}\" returned no task: make its method async.");

    private static Scenario Register(Scenario scenario)
    {
        ScenarioRegistry.Current?.Add(scenario);
        return scenario;
    }
}
