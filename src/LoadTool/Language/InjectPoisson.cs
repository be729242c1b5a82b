namespace LoadTool;

/// <summary>Iterations started independently of one another at a mean rate, as users of a busy site arrive: a Poisson process (open model).</summary>
/// <remarks>
/// The number of arrivals in a cell is drawn from the Poisson distribution. So many independent moments, sorted, lie like the sums
/// of exponential gaps that are stretched to fill the cell: that gives the moment of one without sorting.
/// </remarks>
internal sealed record InjectPoisson : InjectInCells
{
    /// <summary>Mean of a cell: what one moment costs grows with it, and the share of room that stays empty shrinks.</summary>
    private const int CellMean = 8;

    /// <summary>More than this come to a cell less than once in 10^15 times.</summary>
    private const int CellRoom = 40;

    private static readonly double[] Cumulated = Cumulate();

    internal InjectPoisson(int rate, TimeSpan interval, TimeSpan during)
        : base(during)
    {
        CheckRate(rate, interval, least: 1);
        (Rate, Interval) = (rate, interval);
    }

    internal override (long Rate, long PerTicks) LastRate => (Rate, Interval.Ticks);

    private protected override int Room => CellRoom;

    private protected override long Cells => (long)(((Int128)During.Ticks * Rate - 1) / ((Int128)Interval.Ticks * CellMean)) + 1;

    private int Rate { get; }

    private TimeSpan Interval { get; }

    internal override LoadSimulation Scaled(double factor)
    {
        (int rate, TimeSpan interval) = Scaled(Rate, Interval, factor);
        return rate > 0 ? new InjectPoisson(rate, interval, During) { Seed = Seed } : new Pause(During);
    }

    private protected override int CountIn(long cell)
    {
        double drawn = SplitMix.Fraction(Seed, cell);
        int count = 0;
        while (count < CellRoom && drawn >= Cumulated[count])
            count++;
        return count;
    }

    private protected override TimeSpan DueAt(long cell, int index, int count)
    {
        // Numbers of their own: below zero, where no cell counts itself.
        long first = ~(cell * (CellRoom + 1));
        double before = 0, all = 0;
        for (int i = 0; i <= count; i++)
        {
            all -= Math.Log(1 - SplitMix.Fraction(Seed, first - i));
            if (i == index)
                before = all;
        }

        TimeSpan start = Inject.DueAt(cell * CellMean, Rate, Interval), end = Inject.DueAt((cell + 1) * CellMean, Rate, Interval);
        return start + TimeSpan.FromTicks((long)(before / all * (end - start).Ticks));
    }

    /// <summary>The chance of at most so many in a cell.</summary>
    private static double[] Cumulate()
    {
        double[] cumulated = new double[CellRoom];
        double exactly = Math.Exp(-CellMean), atMost = 0;
        for (int count = 0; count < CellRoom; count++)
        {
            cumulated[count] = atMost += exactly;
            exactly *= CellMean / (count + 1.0);
        }

        return cumulated;
    }
}
