namespace LoadTool;

/// <summary>The checks of one loop's share of one scenario. Rule: the loop's thread alone adds; the array is replaced, never changed.</summary>
internal sealed class CheckSet(RunContext context)
{
    private CheckRecorder[] _all = [];

    internal CheckRecorder[] All => Volatile.Read(ref _all);

    internal bool Count(string name, bool condition)
    {
        Find(name).Count(condition);
        return condition;
    }

    /// <summary>A literal is the same object each time: most comparisons end there.</summary>
    private CheckRecorder Find(string name)
    {
        foreach (CheckRecorder check in _all)
        {
            if (check.Name == name)
                return check;
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        context.Names.ClaimFew(name, "a check");
        CheckRecorder added = new(name);
        Volatile.Write(ref _all, [.. _all, added]);
        return added;
    }
}
