namespace LoadTool;

/// <summary>
/// What one event loop keeps of one run, whatever the scenario: positions in feeds, cells of metrics. Rule: the loop's thread alone
/// uses the slots.
/// </summary>
/// <param name="context">What the run shares.</param>
/// <param name="index">Index of the loop among those of the run.</param>
/// <param name="count">Count of the run's loops.</param>
internal sealed class RunLoop(RunContext context, int index, int count)
{
    private object?[] _slots = [];

    internal RunContext Context => context;

    internal int Index => index;

    /// <summary>Count of the run's loops.</summary>
    internal int Count => count;

    internal object? this[int slot]
    {
        get => slot < _slots.Length ? _slots[slot] : null;
        set
        {
            if (slot >= _slots.Length)
                Array.Resize(ref _slots, Math.Max(slot + 1, 2 * _slots.Length));
            _slots[slot] = value;
        }
    }
}
