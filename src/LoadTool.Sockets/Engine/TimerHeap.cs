namespace LoadTool.Sockets;

/// <summary>
/// Timers of one loop, earliest first: a 4-ary heap whose entries carry their due moment, so that sifting touches one array.
/// Exact to the nanosecond, and timers due at the same moment fire in the order they were armed: the same plan, the same run.
/// </summary>
internal sealed class TimerHeap
{
    private const int Arity = 4;
    private const int InitialCapacity = 64;

    private Entry[] _entries = new Entry[InitialCapacity];
    private int _count;
    private long _sequence;

    internal int Count => _count;

    /// <summary>The earliest due moment, or <see cref="long.MaxValue"/> without timers.</summary>
    internal long NextDueAt => _count == 0 ? long.MaxValue : _entries[0].DueAt;

    internal void Arm(LoopTimer timer, long dueAt)
    {
        if (timer.HeapIndex >= 0)
            Disarm(timer);
        if (_count == _entries.Length)
            Array.Resize(ref _entries, Growth.Next(_count));
        SiftUp(_count++, new Entry(dueAt, _sequence++, timer));
    }

    internal void Disarm(LoopTimer timer)
    {
        int hole = timer.HeapIndex;
        if (hole < 0)
            return;
        timer.HeapIndex = -1;
        Entry last = _entries[--_count];
        _entries[_count] = default;
        if (hole == _count)
            return;
        if (hole > 0 && last.IsBefore(_entries[(hole - 1) / Arity]))
            SiftUp(hole, last);
        else
            SiftDown(hole, last);
    }

    /// <summary>Takes the earliest timer if it is due.</summary>
    internal bool TryTakeDue(long now, out LoopTimer timer, out long dueAt)
    {
        if (NextDueAt > now)
        {
            (timer, dueAt) = (null!, 0);
            return false;
        }

        (timer, dueAt) = (_entries[0].Timer, _entries[0].DueAt);
        Disarm(timer);
        return true;
    }

    private void SiftUp(int hole, Entry entry)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / Arity;
            if (!entry.IsBefore(_entries[parent]))
                break;
            Place(hole, _entries[parent]);
            hole = parent;
        }

        Place(hole, entry);
    }

    private void SiftDown(int hole, Entry entry)
    {
        while (true)
        {
            int first = hole * Arity + 1;
            if (first >= _count)
                break;
            int earliest = first;
            int end = Math.Min(first + Arity, _count);
            for (int child = first + 1; child < end; child++)
            {
                if (_entries[child].IsBefore(_entries[earliest]))
                    earliest = child;
            }

            if (!_entries[earliest].IsBefore(entry))
                break;
            Place(hole, _entries[earliest]);
            hole = earliest;
        }

        Place(hole, entry);
    }

    private void Place(int index, Entry entry)
    {
        _entries[index] = entry;
        entry.Timer.HeapIndex = index;
    }

    private readonly record struct Entry(long DueAt, long Sequence, LoopTimer Timer)
    {
        internal bool IsBefore(Entry other) => DueAt != other.DueAt ? DueAt < other.DueAt : Sequence < other.Sequence;
    }
}
