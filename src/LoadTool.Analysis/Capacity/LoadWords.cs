using System.Globalization;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Analysis.Capacity;

/// <summary>Loads, limits and verdicts as people read them.</summary>
internal static class LoadWords
{
    /// <summary>A load with its unit: <c>853/s</c>, <c>1,200 users</c>.</summary>
    internal static string Of(LoadKind kind, double load) => kind switch
    {
        LoadKind.Rate => $"{Number(load)}/s",
        LoadKind.Users => load == 1 ? "1 user" : $"{Number(load)} users",
        _ => load == 1 ? "1 connection" : $"{Number(load)} connections",
    };

    /// <summary>The same for where a load lies between.</summary>
    internal static string Between(LoadKind kind, Interval interval) => $"{Number(interval.Low)} to {Of(kind, interval.High)}";

    internal static string AxisOf(LoadKind kind) => kind switch
    {
        LoadKind.Rate => "iterations started per second",
        LoadKind.Users => "virtual users",
        _ => "connections",
    };

    internal static string Of(CapacityLimit limit) => limit switch
    {
        CapacityLimit.TargetLatency => "the target's latency",
        CapacityLimit.TargetErrors => "the target's errors",
        CapacityLimit.TargetThroughput => "the target's throughput",
        CapacityLimit.Ports => "the generator's ports or descriptors",
        CapacityLimit.Network => "the network",
        CapacityLimit.LoadAllowed => "the highest load allowed",
        _ => "the generator",
    };

    private static string Of(TrialVerdict verdict) => verdict switch
    {
        TrialVerdict.Held => "held",
        TrialVerdict.Failed => "failed",
        TrialVerdict.GeneratorLimited => "generator limited",
        _ => "undecided",
    };

    /// <summary>What a trial says; one that was only to be measured says nothing by being undecided.</summary>
    internal static string Of(Trial trial) => trial is { Plan.Purpose: TrialPurpose.Sweep, Verdict: TrialVerdict.Undecided } ? "measured"
        : trial is { SeemsHeld: true, IsHeld: false } ? "seemed to hold"
        : Of(trial.Verdict);

    /// <summary>A figure of an objective, with its interval.</summary>
    internal static string Of(ObjectiveResult result) => result.Value is { } value
        ? $"{Value(result.Objective.Kind, value.Estimate)} [{Value(result.Objective.Kind, value.Low)}, {Value(result.Objective.Kind, value.High)}]"
        : "too little was counted";

    /// <summary>A line for each trial as it ends.</summary>
    internal static string Of(LoadKind kind, Trial trial)
    {
        string figures = string.Join(", ", trial.Objectives.Select(result => $"{result.Objective.FigureText} {Of(result)}"));
        return $"{Of(kind, trial.Load),-16} {Of(trial),-17} {Seconds(trial.Length),6}  {figures}{(trial.Doubt is { } doubt && !trial.IsHeld ? $"; {doubt}" : "")}";
    }

    internal static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");

    internal static string Duration(double? seconds) => seconds is { } known ? Units.Duration(known * 1e9) : "";

    /// <summary>A load without its unit, with three significant digits at least.</summary>
    internal static string Number(double load) => load switch
    {
        >= 100 => load.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => load.ToString("0.#", CultureInfo.InvariantCulture),
        _ => load.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>A share without digits that nobody needs.</summary>
    internal static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    /// <summary>From here to there, or that alone when both are the same.</summary>
    internal static string Range(string low, string high) => low == high ? low : $"{low} to {high}";

    private static string Value(ObjectiveKind kind, double value) => kind switch
    {
        ObjectiveKind.Latency => Units.Duration(Math.Max(0, value) * 1e9),
        ObjectiveKind.Errors => Units.Share(value),
        _ => Units.PerSecond(value),
    };
}
