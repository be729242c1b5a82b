using System.Runtime.InteropServices;
using LoadTool.Metrics;

namespace LoadTool;

/// <summary>The histograms of all step recorders of a run, taken together: see <see cref="Recorder.SwapIntervals"/>. Used by the run's thread only.</summary>
internal sealed class StepIntervals
{
    private readonly HashSet<StepRecorder> _known = [];
    private readonly List<Recorder> _recorders = [];
    private readonly List<Histogram?> _histograms = [];

    internal bool Knows(StepRecorder recorder) => _known.Contains(recorder);

    /// <summary>Adds a recorder that is not known.</summary>
    /// <returns>Its place.</returns>
    internal int Add(StepRecorder recorder)
    {
        _known.Add(recorder);
        _recorders.AddRange(recorder.Latency, recorder.LatencyUncorrected);
        _histograms.AddRange(null, null);
        return _recorders.Count - 2;
    }

    /// <summary>Ends the interval of all recorders and begins the next.</summary>
    internal void Take() => Recorder.SwapIntervals(CollectionsMarshal.AsSpan(_recorders), CollectionsMarshal.AsSpan(_histograms));

    /// <summary>What the recorder of a place recorded in the interval that was taken last; lent until the next is.</summary>
    internal (Histogram Latency, Histogram LatencyUncorrected) this[int place] => (_histograms[place]!, _histograms[place + 1]!);
}
