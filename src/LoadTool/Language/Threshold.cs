using System.Runtime.CompilerServices;

namespace LoadTool;

/// <summary>
/// A limit on a scenario's figures, given with <see cref="Scenario.WithThresholds(Threshold[])"/>: as text in k6's style, or as a condition in code. It is held against the sums
/// since the load began, once per interval while the load runs and once at the end; crossed at the end, the tool ends with exit code 99.
/// </summary>
public sealed class Threshold
{
    private readonly Func<RunFigures, ThresholdReading> _read;

    private Threshold(string text, Func<RunFigures, ThresholdReading> read) => (Text, _read) = (text, read);

    /// <summary>The condition as it was written.</summary>
    public string Text { get; }

    /// <summary>The condition in text; null for one in code.</summary>
    internal ThresholdCondition? Condition { get; private init; }

    /// <summary>The step that a condition in code asks for; null when it asks for none.</summary>
    internal string? StepName { get; private init; }

    /// <summary>Snapshots that it may be crossed in before it aborts the run; null when it never does.</summary>
    internal int? AbortWhenErrorCount { get; private init; }

    /// <summary>How old the load must be before it is looked at while running.</summary>
    internal TimeSpan StartCheckAfter { get; private init; }

    /// <summary>Where it was made; the line is 0 where that is not known.</summary>
    internal (string File, int Line) Place { get; private init; }

    /// <summary>Makes a threshold from text, as k6's object of <c>threshold</c>, <c>abortOnFail</c> and <c>delayAbortEval</c>.</summary>
    /// <param name="threshold">
    /// Such as <c>echo: p(99) &lt; 20ms</c>; see <see cref="Scenario.WithThresholds(string[])"/>. It may end with <c>abort</c> or <c>abort after 10s</c> itself.
    /// </param>
    /// <param name="abortOnFail">True ends the run in order as soon as a snapshot crosses it.</param>
    /// <param name="delayAbortEval">How old the load must be for that.</param>
    /// <param name="file">Filled in by the compiler: errors name it.</param>
    /// <param name="line">Filled in by the compiler: errors name it.</param>
    /// <returns>The threshold.</returns>
    /// <exception cref="ArgumentException">The text is no condition; the message tells what is wrong with it.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delayAbortEval"/> is negative.</exception>
    public static Threshold Create(
        string threshold, bool abortOnFail = false, TimeSpan? delayAbortEval = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ThresholdCondition condition = ThresholdCondition.Parse(threshold);
        return new Threshold(condition.Text, condition.Read)
        {
            Condition = condition,
            AbortWhenErrorCount = abortOnFail || condition.Aborts ? 1 : null,
            StartCheckAfter = AtLeastZero(delayAbortEval ?? condition.AbortAfter, nameof(delayAbortEval)),
            Place = (file, line),
        };
    }

    /// <summary>Makes a threshold on a scenario's figures, as NBomber does.</summary>
    /// <param name="checkScenario">True while all is well. Called once per interval, on no event loop; what it throws is logged, and crosses the threshold.</param>
    /// <param name="abortWhenErrorCount">Ends the run in order once it was crossed in so many snapshots; null never does.</param>
    /// <param name="startCheckAfter">How old the load must be before it is looked at while running; at the end it always is.</param>
    /// <param name="text">Filled in by the compiler: results show it.</param>
    /// <param name="file">Filled in by the compiler: errors name it.</param>
    /// <param name="line">Filled in by the compiler: errors name it.</param>
    /// <returns>The threshold.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count of errors below 1, or a negative time.</exception>
    public static Threshold Create(
        Func<ScenarioStats, bool> checkScenario,
        int? abortWhenErrorCount = null,
        TimeSpan? startCheckAfter = null,
        [CallerArgumentExpression(nameof(checkScenario))] string text = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0) =>
        InCode(text, figures => Answer(checkScenario(new ScenarioStats(figures))), abortWhenErrorCount, startCheckAfter, (file, line));

    /// <summary>Makes a threshold on one step's figures. A step that never occurred crosses it at the end.</summary>
    /// <param name="stepName">The step.</param>
    /// <param name="checkStep">True while all is well. Called once per interval, on no event loop; what it throws is logged, and crosses the threshold.</param>
    /// <param name="abortWhenErrorCount">Ends the run in order once it was crossed in so many snapshots; null never does.</param>
    /// <param name="startCheckAfter">How old the load must be before it is looked at while running; at the end it always is.</param>
    /// <param name="text">Filled in by the compiler: results show it.</param>
    /// <param name="file">Filled in by the compiler: errors name it.</param>
    /// <param name="line">Filled in by the compiler: errors name it.</param>
    /// <returns>The threshold.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count of errors below 1, or a negative time.</exception>
    public static Threshold Create(
        string stepName,
        Func<StepStats, bool> checkStep,
        int? abortWhenErrorCount = null,
        TimeSpan? startCheckAfter = null,
        [CallerArgumentExpression(nameof(checkStep))] string text = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        Threshold threshold = InCode(
            $"{stepName}: {text}",
            figures => figures.Steps.FirstOrDefault(step => step.Step == stepName) is { } step ? Answer(checkStep(new StepStats(step, figures.Elapsed))) : NoAnswer,
            abortWhenErrorCount,
            startCheckAfter,
            (file, line),
            stepName);
        return threshold;
    }

    /// <summary>Makes a threshold on the script's own metrics.</summary>
    /// <param name="checkMetric">True while all is well. Called once per interval, on no event loop; what it throws is logged, and crosses the threshold.</param>
    /// <param name="abortWhenErrorCount">Ends the run in order once it was crossed in so many snapshots; null never does.</param>
    /// <param name="startCheckAfter">How old the load must be before it is looked at while running; at the end it always is.</param>
    /// <param name="text">Filled in by the compiler: results show it.</param>
    /// <param name="file">Filled in by the compiler: errors name it.</param>
    /// <param name="line">Filled in by the compiler: errors name it.</param>
    /// <returns>The threshold.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count of errors below 1, or a negative time.</exception>
    public static Threshold Create(
        Func<MetricStats, bool> checkMetric,
        int? abortWhenErrorCount = null,
        TimeSpan? startCheckAfter = null,
        [CallerArgumentExpression(nameof(checkMetric))] string text = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0) =>
        InCode(text, figures => Answer(checkMetric(new MetricStats(figures.Metrics))), abortWhenErrorCount, startCheckAfter, (file, line));

    /// <summary>A threshold as text stands for itself.</summary>
    /// <param name="text">See <see cref="Scenario.WithThresholds(string[])"/>.</param>
    /// <exception cref="ArgumentException">The text is no condition.</exception>
    public static implicit operator Threshold(string text) => Create(text, file: "", line: 0);

    /// <summary>What the figures of its scenario say.</summary>
    /// <exception cref="Exception">Whatever a condition in code throws; <see cref="MissingStatsException"/> when it asks for what was not counted.</exception>
    internal ThresholdReading Read(RunFigures figures) => _read(figures);

    private static ThresholdReading NoAnswer => new(ThresholdUnit.Condition, null, false);

    private static ThresholdReading Answer(bool holds) => new(ThresholdUnit.Condition, holds ? 1 : 0, holds);

    private static Threshold InCode(
        string text, Func<RunFigures, ThresholdReading> read, int? abortWhenErrorCount, TimeSpan? startCheckAfter, (string File, int Line) place, string? stepName = null)
    {
        if (abortWhenErrorCount < 1)
            throw new ArgumentOutOfRangeException(nameof(abortWhenErrorCount), abortWhenErrorCount, "A run is aborted after 1 error or more.");
        return new Threshold(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), read)
        {
            StepName = stepName,
            AbortWhenErrorCount = abortWhenErrorCount,
            StartCheckAfter = AtLeastZero(startCheckAfter ?? TimeSpan.Zero, nameof(startCheckAfter)),
            Place = place,
        };
    }

    private static TimeSpan AtLeastZero(TimeSpan time, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, parameter);
        return time;
    }
}
