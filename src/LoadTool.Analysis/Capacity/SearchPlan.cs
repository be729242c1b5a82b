namespace LoadTool.Analysis.Capacity;

/// <summary>How to look for the highest load that keeps the objectives.</summary>
/// <param name="Kind">What the load is counted in.</param>
/// <param name="From">The first load.</param>
/// <param name="Least">How long each load is held at least.</param>
/// <param name="Longest">How long it is held at most while it is not decided.</param>
/// <param name="Budget">Time for all of it.</param>
internal sealed record SearchPlan(LoadKind Kind, double From, TimeSpan Least, TimeSpan Longest, TimeSpan Budget)
{
    /// <summary>The search ends when the lowest load that failed is this much above the highest that held.</summary>
    internal const double Precision = 1.03;

    /// <summary>The same where it was the generator that gave way: its limit is not what is looked for, only whether the target's is below it.</summary>
    private const double RoughPrecision = 1.2;

    /// <summary>How far the load goes up at once: more would drown a target instead of finding its limit.</summary>
    private const double Growth = 2;

    /// <summary>How far below the first load the search goes when that one fails already.</summary>
    private const double Fall = 32;

    /// <summary>Digits that loads are rounded to: what people would type.</summary>
    private const int Digits = 3;

    /// <summary>What could not be decided is no wider than this, as far as the lowest load that fails can be found.</summary>
    internal const double Haze = 1.08;

    /// <summary>How much longer what was found is held again than it was when it was found.</summary>
    internal const int ConfirmTimes = 2;

    /// <summary>The highest load that may be tried; null for no limit.</summary>
    internal double? Most { get; init; }

    /// <summary>The next load up; null when the highest was tried.</summary>
    internal double? Above(double load) => load < (Most ?? double.PositiveInfinity) ? Math.Min(Round(load * Growth), Most ?? double.PositiveInfinity) : null;

    /// <summary>The next load down; null when there is none worth trying.</summary>
    internal double? Below(double load) => Round(load / Growth) is var lower && lower < load && lower >= From / Fall ? lower : null;

    /// <summary>A load between two, in the middle as their ratio goes; null when they are as close as they need to be.</summary>
    internal double? Between(double held, double failed, bool isRough = false)
    {
        if (failed <= held * (isRough ? RoughPrecision : Precision))
            return null;
        double middle = Round(Math.Sqrt(held * failed));
        return middle > held && middle < failed ? middle : null;
    }

    /// <summary>A little less than a load that did not hold as well as it seemed; null when that is the least there is.</summary>
    internal double? LittleBelow(double load) => Round(load / Precision) is var lower && lower < load ? lower : Below(load);

    /// <summary>Whether it was the generator that gave way before the target: not where the target failed close above what it carried, whatever a trial in between was spoiled by.</summary>
    internal static bool IsGeneratorFirst(Trial? held, Trial? failed, Trial? generator) =>
        generator is not null && !(failed?.Load <= generator.Load) && !(failed?.Load <= RoughPrecision * held?.Load);

    /// <summary>A load that can be asked for: whole users; rates with few digits.</summary>
    internal double Round(double load)
    {
        if (Kind != LoadKind.Rate)
            return Math.Max(1, Math.Round(load));
        double unit = Math.Pow(10, Math.Floor(Math.Log10(load)) + 1 - Digits);
        return Math.Round(Math.Round(load / unit) * unit, 6);
    }
}
