namespace LoadTool;

/// <summary>Those arrivals of a simulation that chance gives to one of the scenarios that share it by weight.</summary>
internal sealed record WeightedArrivals : LoadSimulation
{
    private readonly LoadSimulation _whole;
    private readonly WeightShare _share;
    private readonly long _seed;

    internal WeightedArrivals(LoadSimulation whole, WeightShare share, long seed)
        : base(whole.During) => (_whole, _share, _seed) = (whole, share, seed);

    internal override LoadSimulation Scaled(double factor) => new WeightedArrivals(_whole.Scaled(factor), _share, _seed);

    internal override long Arrivals => _whole.Arrivals;

    internal override (long Rate, long PerTicks) LastRate => _whole.LastRate;

    internal override TimeSpan? DueAt(long number) => _share.Has(number, _seed) ? _whole.DueAt(number) : null;

    internal override long Next(long number, int sharers) => _whole.Next(number, sharers);
}
