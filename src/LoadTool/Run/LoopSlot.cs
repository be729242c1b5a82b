namespace LoadTool;

/// <summary>A place for one object on every loop of every run, found without a lock: what owns it lives longer than runs and knows none.</summary>
/// <typeparam name="T">The object's type.</typeparam>
/// <param name="make">Makes a loop's object when it is first asked for, on that loop.</param>
internal sealed class LoopSlot<T>(Func<RunLoop, T> make)
    where T : class
{
    private readonly int _number = LoopSlotNumbers.Take();

    internal T Of(RunLoop loop)
    {
        if (loop[_number] is { } found)
            return (T)found;
        T made = make(loop);
        loop[_number] = made;
        return made;
    }
}

/// <summary>Numbers the slots of the process.</summary>
internal static class LoopSlotNumbers
{
    private static int _last = -1;

    internal static int Take() => Interlocked.Increment(ref _last);
}
