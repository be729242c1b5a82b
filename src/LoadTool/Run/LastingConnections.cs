using LoadTool.Sockets;

namespace LoadTool;

/// <summary>The connections that users of one loop's share of one scenario keep, and the storms that cut them. Rule: the loop's thread alone writes, the run reads the counts.</summary>
internal sealed class LastingConnections : LoopTimer
{
    private readonly ScenarioShare _share;
    private readonly IReadOnlyList<Strike> _strikes;
    private readonly int _loops;
    private readonly List<LastingConnection> _living = [];
    private StrikeRecorder[] _recorders = [];
    private StepRecorder? _recover;
    private long _startAt;
    private long _lost;
    private long _attempts;

    /// <param name="share">Whose connections.</param>
    /// <param name="strikes">When they are cut.</param>
    /// <param name="loops">Count of the scenario's loops.</param>
    internal LastingConnections(ScenarioShare share, IReadOnlyList<Strike> strikes, int loops) => (_share, _strikes, _loops) = (share, strikes, loops);

    internal long Lost => Volatile.Read(ref _lost);

    internal long Attempts => Volatile.Read(ref _attempts);

    /// <summary>Time without connection; null before a user loses one.</summary>
    internal StepRecorder? Recover => Volatile.Read(ref _recover);

    /// <summary>Strikes that have come, in order.</summary>
    internal StrikeRecorder[] Strikes => Volatile.Read(ref _recorders);

    internal void Start(long startAt)
    {
        _startAt = startAt;
        ArmNext();
    }

    internal void Add(LastingConnection connection)
    {
        connection.Index = _living.Count;
        _living.Add(connection);
    }

    internal void Remove(LastingConnection connection)
    {
        if (connection.Index < 0)
            return;
        LastingConnection last = _living[^1];
        (_living[connection.Index], last.Index) = (last, connection.Index);
        _living.RemoveAt(_living.Count - 1);
        connection.Index = -1;
    }

    /// <summary>A connection was lost, or the first of a user could not be made.</summary>
    /// <returns>Where the outage's end is counted.</returns>
    internal StepRecorder CountLost()
    {
        Volatile.Write(ref _lost, _lost + 1);
        if (_recover is null)
            Volatile.Write(ref _recover, new StepRecorder(ThresholdCondition.Recover));
        return _recover!;
    }

    internal void CountAttempt() => Volatile.Write(ref _attempts, _attempts + 1);

    internal override void Fire(long dueAt)
    {
        StrikeRecorder recorder = new(_strikes[_recorders.Length]);
        Volatile.Write(ref _recorders, [.. _recorders, recorder]);
        ArmNext();
        int living = _living.Count, cut = recorder.Strike.TakeShare(living);
        recorder.Begin(living, cut);

        // Copied first: a user that is cut may go on at once, and leave the list.
        LastingConnection[] chosen = Choose(cut, recorder.Strike.Number);
        long now = _share.Loop.Now;
        foreach (LastingConnection connection in chosen)
        {
            Remove(connection);
            connection.Cut(recorder, now);
        }

        if (recorder.Strike.Arrive(_loops) is { } all)
            _share.Context.Log($"storm {recorder.Strike.Number + 1} of scenario \"{_share.Scenario.Name}\" cut {all.Cut} of {all.Living} connections");
    }

    private void ArmNext()
    {
        if (_recorders.Length < _strikes.Count)
            _share.Loop.Arm(this, _startAt + _strikes[_recorders.Length].At.Ticks * TimeSpan.NanosecondsPerTick);
    }

    /// <summary>So many, each with the same chance: the beginning of a shuffle.</summary>
    private LastingConnection[] Choose(int count, int strike)
    {
        SeededRandom chance = new(unchecked((long)SplitMix.Hash(SplitMix.Seed(_share.Seed, "storm"), (long)strike * _loops + _share.RunLoop.Index)));
        for (int i = 0; i < count; i++)
        {
            int other = i + (int)chance.NextBelow((ulong)(_living.Count - i));
            (_living[i], _living[other]) = (_living[other], _living[i]);
            (_living[i].Index, _living[other].Index) = (i, other);
        }

        return [.. _living.Take(count)];
    }
}
