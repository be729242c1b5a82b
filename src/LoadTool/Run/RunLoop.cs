using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// What one event loop keeps of one run, whatever the scenario: positions in feeds, cells of metrics. Rule: the loop's thread alone
/// uses the slots; <see cref="Metrics"/> is replaced, never changed, so that the run always reads a whole array.
/// </summary>
/// <param name="context">What the run shares.</param>
/// <param name="loop">The loop.</param>
/// <param name="index">Index of the loop among those of the run.</param>
/// <param name="count">Count of the run's loops.</param>
internal sealed class RunLoop(RunContext context, EventLoop loop, int index, int count)
{
    [ThreadStatic]
    private static RunLoop? _current;

    private object?[] _slots = [];
    private MetricCell[] _metrics = [];
    private (object?[] Slots, MetricCell[] Metrics) _held;

    /// <summary>The loop whose thread this is, or null on any other thread: metrics are recorded without saying by whom.</summary>
    internal static RunLoop? Current
    {
        get => _current;
        set => _current = value;
    }

    internal RunContext Context => context;

    /// <summary>What watches how the loop keeps its time; null in a run that is not watched.</summary>
    internal LagWatch? Watch { get; set; }

    internal EventLoop Loop => loop;

    internal int Index => index;

    /// <summary>Count of the run's loops.</summary>
    internal int Count => count;

    /// <summary>The current moment in nanoseconds of the run's clock.</summary>
    internal long Now => loop.Now;

    /// <summary>What has been recorded here so far.</summary>
    internal MetricCell[] Metrics => Volatile.Read(ref _metrics);

    internal object? this[int slot]
    {
        get => slot < _slots.Length ? _slots[slot] : null;
        set
        {
            if (slot >= _slots.Length)
                Array.Resize(ref _slots, Math.Max(slot + 1, 2 * _slots.Length));
            _slots[slot] = value;
        }
    }

    /// <summary>Puts what metrics have counted so far aside: what comes until <see cref="ReleaseMetrics"/> is thrown away.</summary>
    internal void HoldMetrics()
    {
        _held = ([.. _slots], _metrics);
        ForgetMetrics();
    }

    /// <summary>Goes on with what was put aside.</summary>
    internal void ReleaseMetrics()
    {
        ForgetMetrics();
        (object?[] slots, MetricCell[] metrics) = _held;
        for (int slot = 0; slot < slots.Length; slot++)
        {
            if (slots[slot] is MetricCell)
                _slots[slot] = slots[slot];
        }

        Volatile.Write(ref _metrics, metrics);
        _held = default;
    }

    private void ForgetMetrics()
    {
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is MetricCell)
                _slots[slot] = null;
        }

        Volatile.Write(ref _metrics, []);
    }

    internal void Add(MetricCell cell) => Volatile.Write(ref _metrics, [.. _metrics, cell]);
}
