using System.Collections.Concurrent;

namespace LoadTool;

/// <summary>The values of one tag that a run keeps apart. Asked when a loop meets a value for the first time, and for each one past the limit.</summary>
internal sealed class TagValues
{
    private readonly ConcurrentDictionary<string, bool> _values = new(StringComparer.Ordinal);
    private int _count;

    internal bool TryAdmit(string value)
    {
        if (_values.ContainsKey(value))
            return true;

        // A place is taken first, so that two loops cannot both take the last one.
        if (Volatile.Read(ref _count) >= TaggedFigures.MaxValues || Interlocked.Increment(ref _count) > TaggedFigures.MaxValues)
            return false;
        if (!_values.TryAdd(value, true))
            Interlocked.Decrement(ref _count);
        return true;
    }
}
