namespace LoadTool;

/// <summary>A number of virtual users that grows or shrinks evenly, from where the simulation before it ended (closed model).</summary>
internal sealed record RampingConstant : LoadSimulation
{
    internal RampingConstant(int copies, TimeSpan during)
        : base(during)
    {
        CheckCopies(copies, least: 0);
        LastCopies = copies;
    }

    internal override int Copies => Math.Max(FirstCopies, LastCopies);

    internal override int LastCopies { get; }

    /// <summary>Users at its start.</summary>
    private int FirstCopies { get; init; }

    private long Steps => Math.Abs((long)LastCopies - FirstCopies);

    internal override LoadSimulation After(LoadSimulation? previous, long seed) => this with { FirstCopies = previous?.LastCopies ?? 0 };

    internal override LoadSimulation Scaled(double factor) => new RampingConstant(Scaled(LastCopies, factor), During) { FirstCopies = Scaled(FirstCopies, factor) };

    internal override LoadSimulation PartOf(WeightShare share, long seed) => new RampingConstant(share.Of(LastCopies), During) { FirstCopies = FirstCopies };

    internal override int CopiesAt(TimeSpan elapsed) => FirstCopies + Math.Sign(LastCopies - (long)FirstCopies) * (int)StepsDone(elapsed);

    internal override TimeSpan? NextChange(TimeSpan elapsed)
    {
        long next = StepsDone(elapsed) + 1;

        // Rounded up: at the tick it is due, the step is done.
        return next > Steps ? null : TimeSpan.FromTicks((long)(((Int128)next * During.Ticks + Steps - 1) / Steps));
    }

    /// <summary>A step is done when its whole share of the time is over, up and down alike: both ends are exact.</summary>
    private long StepsDone(TimeSpan elapsed) => elapsed >= During ? Steps : (long)((Int128)Steps * elapsed.Ticks / During.Ticks);
}
