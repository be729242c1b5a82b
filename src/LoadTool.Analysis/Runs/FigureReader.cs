using LoadTool.Metrics;

namespace LoadTool.Analysis.Runs;

/// <summary>A run's figures by name, and how its places are called.</summary>
internal static class FigureReader
{
    /// <summary>Those of latency that are judged.</summary>
    internal static readonly double[] Percentiles = [50, 95, 99, 99.9];

    private const string Iterations = "iterations";
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>All that were counted, step by step, then those of the whole run.</summary>
    internal static IReadOnlyList<Figure> Of(RunResult result)
    {
        List<Figure> figures = [];
        foreach ((string place, StepFigures step) in Places(result.Run, result.Steps, result.Iterations))
            AddStep(figures, place, step, result.Length);
        foreach (ConnectPhaseFigures phase in result.Connect.Phases)
            AddLatencies(figures, PhaseName(phase.Name), phase.Duration);
        AddRun(figures, result);
        return figures;
    }

    /// <summary>Steps, then each scenario's iterations, with what their places are called.</summary>
    internal static IEnumerable<(string Place, StepFigures Step)> Places(RunInfo run, IReadOnlyList<StepFigures> steps, IReadOnlyList<StepFigures> iterations)
    {
        return steps.Select(step => (Place(step.Scenario, step.Step), step)).Concat(iterations.Select(step => (Place(step.Scenario, Iterations), step)));

        string Place(string scenario, string name) => run.Scenarios.Count > 1 ? $"{scenario} / {name}" : name;
    }

    /// <summary>Whether a place is that of a scenario's iterations.</summary>
    internal static bool IsOfIterations(string place) => place == Iterations || place.EndsWith($" / {Iterations}", StringComparison.Ordinal);

    /// <summary>A step may well be called like the phase.</summary>
    internal static string PhaseName(string name) => name == "connect" ? "connecting" : name;

    private static void AddStep(List<Figure> figures, string place, StepFigures step, TimeSpan length)
    {
        AddLatencies(figures, place, step.Latency);
        long attempts = step.OkCount + step.FailCount;
        if (attempts == 0)
            return;
        if (length > TimeSpan.Zero)
            figures.Add(new Figure(new FigureName(place, FigureKind.Rate), step.OkCount / length.TotalSeconds, step.OkCount));
        figures.Add(new Figure(new FigureName(place, FigureKind.Errors), (double)step.FailCount / attempts, attempts));
    }

    private static void AddLatencies(List<Figure> figures, string place, Histogram latency)
    {
        if (latency.TotalCount == 0)
            return;
        foreach (double percentile in Percentiles)
        {
            double seconds = latency.ValueAtPercentile(percentile) / NanosecondsPerSecond;
            figures.Add(new Figure(new FigureName(place, FigureKind.Latency, percentile), seconds, latency.TotalCount));
        }
    }

    private static void AddRun(List<Figure> figures, RunResult result)
    {
        long messages = result.Traffic.MessagesSent + result.Traffic.MessagesReceived;
        if (messages == 0 || result.Length <= TimeSpan.Zero)
            return;
        figures.Add(new Figure(new FigureName("", FigureKind.Messages), messages / result.Length.TotalSeconds, messages));
        TimeSpan cpu = result.MeasuredCost.CpuUser + result.MeasuredCost.CpuSystem;
        if (result.Incomplete is null && cpu > TimeSpan.Zero)
            figures.Add(new Figure(new FigureName("", FigureKind.Cpu), cpu.TotalSeconds / messages, messages));
    }
}
