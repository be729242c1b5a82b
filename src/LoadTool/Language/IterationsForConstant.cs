namespace LoadTool;

/// <summary>A fixed number of virtual users until they have started so many iterations together (closed model).</summary>
internal sealed record IterationsForConstant : LoadSimulation
{
    /// <param name="copies">Virtual users; at least 1.</param>
    /// <param name="iterations">Iterations of all users together; at least 1.</param>
    /// <param name="during">Ends it even if there are iterations left.</param>
    internal IterationsForConstant(int copies, int iterations, TimeSpan during)
        : base(during)
    {
        CheckCopies(copies, least: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        (Copies, Iterations) = (copies, iterations);
    }

    internal override int Copies { get; }

    internal override long? Iterations { get; }

    /// <summary>Iterations are divided exactly; who has any has a user for them.</summary>
    internal override LoadSimulation PartOf(WeightShare share, long seed) => share.Of(Iterations!.Value) is > 0 and var iterations
        ? new IterationsForConstant(Math.Max(1, share.Of(Copies)), iterations, During)
        : new Pause(TimeSpan.FromTicks(1));
}
