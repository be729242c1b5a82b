namespace LoadTool.Metrics;

// Walks end with an InvalidOperationException when the histogram changes under them.
public sealed partial class Histogram
{
    /// <summary>Every value that was recorded (with its equivalents), ascending.</summary>
    public IEnumerable<HistogramIterationValue> RecordedValues()
    {
        Walk walk = new(this);
        while (walk.TotalCountToHere < walk.TotalCount)
        {
            do
                walk.MoveNext();
            while (walk.CountHere == 0);
            yield return walk.Step(walk.HighestValueHere);
        }
    }

    /// <summary>Every value that can be told apart in the whole range, recorded or not, ascending.</summary>
    public IEnumerable<HistogramIterationValue> AllValues()
    {
        Walk walk = new(this);
        while (!walk.IsAtEnd)
        {
            walk.MoveNext();
            yield return walk.Step(walk.HighestValueHere);
        }
    }

    /// <summary>Steps of equal width up to the one that holds the largest recorded value.</summary>
    /// <param name="unitsPerStep">The width of a step in the unit of the values, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unitsPerStep"/> is less than 1.</exception>
    public IEnumerable<HistogramIterationValue> LinearSteps(long unitsPerStep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(unitsPerStep, 1);
        return Steps(NextLevel());

        IEnumerable<(long Level, long Bound)> NextLevel()
        {
            for (long level = unitsPerStep - 1; level >= 0; level = unchecked(level + unitsPerStep))
                yield return (level, level);
        }
    }

    /// <summary>Steps whose upper ends grow by a factor, up to the one that holds the largest recorded value.</summary>
    /// <param name="unitsInFirstStep">The width of the first step in the unit of the values, at least 1.</param>
    /// <param name="factor">By how much each step's end lies above the one before; more than 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these limits.</exception>
    public IEnumerable<HistogramIterationValue> LogarithmicSteps(long unitsInFirstStep, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(unitsInFirstStep, 1);
        if (!(factor > 1))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "not above 1");
        return Steps(NextLevel());

        IEnumerable<(long Level, long Bound)> NextLevel()
        {
            for (double next = unitsInFirstStep; ; next *= factor)
                yield return ((long)next - 1, _layout.LowestEquivalent((long)next));
        }
    }

    /// <summary>
    /// Percentiles from 0 to 100, closer together towards 100: as many steps in the first half as in each half of what is left.
    /// </summary>
    /// <param name="stepsPerHalfDistance">How many steps each half gets, at least 1; HdrHistogram's own choice is 5.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stepsPerHalfDistance"/> is less than 1.</exception>
    public IEnumerable<HistogramIterationValue> Percentiles(int stepsPerHalfDistance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerHalfDistance, 1);
        return PercentileSteps(stepsPerHalfDistance);
    }

    private IEnumerable<HistogramIterationValue> PercentileSteps(int stepsPerHalfDistance)
    {
        Walk walk = new(this);
        double level = 0;
        while (walk.TotalCountToHere < walk.TotalCount)
        {
            // The walk stays where it is while one value answers several levels. Rounding may keep the last value below 100.
            while ((walk.CountHere == 0 || walk.PercentileHere < level) && walk.TotalCountToHere < walk.TotalCount)
                walk.MoveNext();
            yield return walk.Step(walk.HighestValueHere, level);

            long halves = (long)(Math.Log(100 / (100 - level)) / Math.Log(2)) + 1;
            level = Math.Min(level + (100 / (stepsPerHalfDistance * Math.Pow(2, halves))), 100);
        }

        if (walk.TotalCount > 0)
            yield return walk.Step(walk.HighestValueHere, 100);
    }

    /// <summary>A walk whose steps end at given levels; it goes on while values are left, or the level is still below the bound of the next place.</summary>
    private IEnumerable<HistogramIterationValue> Steps(IEnumerable<(long Level, long Bound)> levels)
    {
        Walk walk = new(this);
        foreach ((long level, long bound) in levels)
        {
            if (walk.TotalCountToHere >= walk.TotalCount && bound >= walk.NextValue)
                yield break;
            long reached = _layout.LowestEquivalent(level);
            while (!walk.HasBegun || (walk.LowestValueHere < reached && !walk.IsAtEnd))
                walk.MoveNext();
            yield return walk.Step(level);
        }
    }

    /// <summary>A place in the counts, and what was counted up to it.</summary>
    private sealed class Walk(Histogram histogram)
    {
        private int _index = -1;
        private long _steppedTo;
        private long _countStepped;

        public long TotalCount { get; } = histogram.TotalCount;

        public long TotalCountToHere { get; private set; }

        public bool HasBegun => _index >= 0;

        public bool IsAtEnd => _index == histogram._counts.Length - 1;

        public long CountHere => HasBegun ? histogram._counts[_index] : 0;

        public double PercentileHere => 100.0 * TotalCountToHere / TotalCount;

        public long LowestValueHere => histogram._layout.ValueAt(_index);

        public long HighestValueHere => histogram._layout.HighestEquivalent(LowestValueHere);

        /// <summary>The value after those counted here (before the first move: here is where the first move leads); negative past 2^63 - 1.</summary>
        public long NextValue => histogram._layout.ValueAt(Math.Max(_index, 0) + 1);

        public void MoveNext()
        {
            if (histogram.TotalCount != TotalCount || IsAtEnd)
                throw new InvalidOperationException("the histogram changed while it was walked through");
            _index++;
            TotalCountToHere += CountHere;
        }

        public HistogramIterationValue Step(long valueIteratedTo) => Step(valueIteratedTo, PercentileHere);

        public HistogramIterationValue Step(long valueIteratedTo, double percentileIteratedTo)
        {
            HistogramIterationValue step = new(
                ValueIteratedTo: valueIteratedTo,
                ValueIteratedFrom: _steppedTo,
                CountAtValue: CountHere,
                CountInStep: TotalCountToHere - _countStepped,
                TotalCountToValue: TotalCountToHere,
                Percentile: PercentileHere,
                PercentileIteratedTo: percentileIteratedTo);
            (_steppedTo, _countStepped) = (valueIteratedTo, TotalCountToHere);
            return step;
        }
    }
}
