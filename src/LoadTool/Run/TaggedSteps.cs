namespace LoadTool;

/// <summary>
/// Steps by the values of their tags, of one loop's share of one scenario. Rule: the loop's thread alone adds; the array is replaced, never
/// changed. Values are kept apart up to a limit for the whole run.
/// </summary>
internal sealed class TaggedSteps(RunContext context)
{
    /// <summary>Latencies to two digits take an eighth of the memory of three, and there may be a hundred of them.</summary>
    internal const int SignificantDigits = 2;

    private readonly Dictionary<(StepRecorder Step, string Tag, string Value), TaggedStep> _known = [];
    private TaggedStep[] _all = [];

    internal TaggedStep[] All => Volatile.Read(ref _all);

    /// <exception cref="InvalidOperationException">The first value past the limit, once in a run: it names the tag, and the script's line with it.</exception>
    internal TaggedStep Find(StepRecorder step, string tag, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_known.TryGetValue((step, tag, value), out TaggedStep? known))
            return known;
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        if (context.Shared(("tag", tag), static () => new TagValues()).TryAdmit(value))
            return Add(step, tag, value);
        if (context.IsFirst(("tag past its limit", tag)))
        {
            throw new InvalidOperationException(
                $"Tag \"{tag}\" of step \"{step.Name}\" has more than {TaggedFigures.MaxValues} values: from here on further ones are counted together as {TaggedFigures.Other}.");
        }

        return _known.TryGetValue((step, tag, TaggedFigures.Other), out TaggedStep? other) ? other : Add(step, tag, TaggedFigures.Other);
    }

    private TaggedStep Add(StepRecorder step, string tag, string value)
    {
        TaggedStep added = new(step.Name, tag, value, new StepRecorder(step.Name, SignificantDigits));
        _known.Add((step, tag, value), added);
        Volatile.Write(ref _all, [.. _all, added]);
        return added;
    }
}

/// <summary>What one loop counts of a step with one value of a tag.</summary>
internal sealed record TaggedStep(string Step, string Tag, string Value, StepRecorder Recorder);
