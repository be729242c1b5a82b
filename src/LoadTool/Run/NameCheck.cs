namespace LoadTool;

/// <summary>Holds the thresholds of scenarios against the names that stand in their script, before the load starts.</summary>
internal sealed class NameCheck
{
    private static readonly string[] MetricKinds = [NamesAttribute.Counter, NamesAttribute.Gauge, NamesAttribute.Histogram];

    private readonly IReadOnlyList<KnownName> _names;
    private readonly List<string> _warnings = [];

    private NameCheck(IReadOnlyList<KnownName> names) => _names = names;

    /// <summary>Checks all scenarios of a script.</summary>
    /// <param name="scenarios">Its scenarios.</param>
    /// <param name="names">All names that stand in the script.</param>
    /// <returns>Warnings: thresholds on names that may yet be computed.</returns>
    /// <exception cref="ScenarioMistakeException">A name stands for two kinds of thing, or a threshold is on something that does not exist.</exception>
    internal static IReadOnlyList<string> Require(IReadOnlyList<Scenario> scenarios, IReadOnlyList<KnownName> names)
    {
        NameCheck check = new(names);
        check.RequireOneKind(scenarios[0]);
        foreach (Scenario scenario in scenarios)
        {
            foreach (Threshold threshold in scenario.Thresholds)
            {
                if (check.MistakeIn(scenario, threshold, scenarios) is { } mistake)
                    throw new ScenarioMistakeException(scenario, $"has the threshold \"{threshold.Text}\", but {mistake}", check.PlaceOf(threshold));
            }
        }

        return check._warnings;
    }

    /// <summary>Names of tags are apart: a tag stands beside its step's name, never in place of it.</summary>
    private void RequireOneKind(Scenario scenario)
    {
        foreach (IGrouping<string, KnownName> name in _names
            .Where(name => name is { Text: not null, Kind: not (NamesAttribute.Tag or NamesAttribute.Threshold) })
            .GroupBy(name => name.Text!))
        {
            KnownName first = name.First();
            if (name.FirstOrDefault(other => other.Kind != first.Kind) is { } other)
                throw new ScenarioMistakeException(scenario, $"\"{name.Key}\" is {first.Kind} in line {first.Line} and cannot be {other.Kind} as well: name one of them otherwise.", (other.File, other.Line), isOfScript: true);
        }
    }

    private string? MistakeIn(Scenario scenario, Threshold threshold, IReadOnlyList<Scenario> scenarios)
    {
        if (threshold.Condition is { } condition)
            return MistakeIn(scenario, threshold, condition, scenarios);
        return threshold.StepName is { } step && !Has(step, NamesAttribute.Step) ? Unknown(scenario, threshold, step, [NamesAttribute.Step]) : null;
    }

    private string? MistakeIn(Scenario scenario, Threshold threshold, ThresholdCondition condition, IReadOnlyList<Scenario> scenarios)
    {
        if (condition.Metric == ThresholdCondition.Checks)
        {
            return condition.Tag is null || Has(condition.TagValue, NamesAttribute.Check)
                ? null
                : Unknown(scenario, threshold, condition.TagValue, [NamesAttribute.Check]);
        }

        // A condition on one name may say of which scenario it is.
        string name = condition.StepName;
        if (scenarios.FirstOrDefault(other => name.StartsWith(other.Name + ".", StringComparison.Ordinal)) is { } of && !Has(name, NamesAttribute.Step))
            name = name[(of.Name.Length + 1)..];
        if (Has(name, NamesAttribute.Step))
            return condition.StepProblem() ?? TagMistake(scenario, threshold, condition);
        if (ThresholdCondition.IsBuiltIn(condition.Metric))
            return TagMistake(scenario, threshold, condition);
        if (_names.FirstOrDefault(known => known.Text == name && MetricKinds.Contains(known.Kind)) is { } metric && name == condition.Metric)
            return condition.MetricProblem(metric.Kind, unit: null);
        return Unknown(scenario, threshold, name, [NamesAttribute.Step, .. MetricKinds], ThresholdCondition.BuiltIn);
    }

    private string? TagMistake(Scenario scenario, Threshold threshold, ThresholdCondition condition) => condition.Tag is null || Has(condition.Tag, NamesAttribute.Tag)
        ? null
        : Unknown(scenario, threshold, condition.Tag, [NamesAttribute.Tag]);

    /// <summary>What is wrong with a name that the script does not have; null, and a warning, where the script computes names of that kind.</summary>
    private string? Unknown(Scenario scenario, Threshold threshold, string name, string[] kinds, string[]? builtIn = null)
    {
        string what = kinds.Length == 1 ? kinds[0][2..] : "step or metric";
        if (_names.FirstOrDefault(known => known.Text is null && kinds.Contains(known.Kind)) is { } computed)
        {
            _warnings.Add(
                $"threshold \"{threshold.Text}\" of scenario \"{scenario.Name}\": the script names no {what} \"{name}\", unless it does where it computes a name ({Path.GetFileName(computed.File)}({computed.Line})); without it the threshold will be crossed");
            return null;
        }

        string[] known = Names(kinds);
        string? meant = Nearest.To(name, known.Concat(builtIn ?? []));
        string remedy = meant is not null ? $"did you mean \"{meant}\"?"
            : known.Length == 0 ? "it has none" : $"it has {string.Join(", ", known.Select(candidate => $"\"{candidate}\""))}";
        return $"the script has no {what} \"{name}\"; {remedy}";
    }

    private bool Has(string name, string kind) => _names.Any(known => known.Text == name && known.Kind == kind);

    private string[] Names(params string[] kinds) => [.. _names.Where(known => known.Text is not null && kinds.Contains(known.Kind)).Select(known => known.Text!).Distinct()];

    private (string File, int Line)? PlaceOf(Threshold threshold)
    {
        if (threshold.Place.Line > 0)
            return threshold.Place;
        return _names.FirstOrDefault(known => known.Kind == NamesAttribute.Threshold && known.Text?.Trim() == threshold.Text) is { } written ? (written.File, written.Line) : null;
    }
}
