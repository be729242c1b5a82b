namespace LoadTool;

/// <summary>
/// Where a loop's time went, each in nanoseconds since some beginning. What is null the system does not tell.
/// </summary>
/// <param name="Ran">On a processor.</param>
/// <param name="Waited">Ready to run, without a processor.</param>
/// <param name="Paused">In pauses of the garbage collector, which hold every thread.</param>
/// <param name="Compiled">Compiling code, on the loop's own thread.</param>
/// <param name="Stalled">With the whole process standing still.</param>
internal readonly record struct LagCosts(long? Ran, long? Waited, long Paused, long Compiled, long Stalled)
{
    /// <summary>What was spent between two readings.</summary>
    public static LagCosts operator -(LagCosts later, LagCosts earlier) => new(
        later.Ran - earlier.Ran, later.Waited - earlier.Waited, later.Paused - earlier.Paused, later.Compiled - earlier.Compiled, later.Stalled - earlier.Stalled);

    /// <summary>
    /// What explains at least half of a lag. The order matters: a collection, a compilation and a script run on the same processor time, and a
    /// process that got no processor looks, from inside, as if it had stood still.
    /// </summary>
    /// <param name="lagNanoseconds">The lag.</param>
    /// <param name="isOnePiece">One piece of a script's code took most of it.</param>
    internal LagCause CauseOf(long lagNanoseconds, bool isOnePiece)
    {
        long half = lagNanoseconds / 2;
        if (Paused >= half)
            return LagCause.Collection;
        if (Compiled >= half)
            return LagCause.Compilation;
        if (Waited >= half)
            return LagCause.Starved;
        if (Ran >= half)
            return isOnePiece ? LagCause.Script : LagCause.Busy;
        if (Stalled >= half)
            return LagCause.Stopped;
        return isOnePiece ? LagCause.Script : LagCause.Unknown;
    }
}
