using System.Numerics;

namespace LoadTool;

/// <summary>
/// Messages sent on one socket whose replies have not come, oldest first: a ring that grows, and for keys a table into it. Without keys each reply
/// is the oldest message's. A message given up stays there in that case: its reply may still come, and must not be taken for the next one's.
/// </summary>
/// <param name="hasKeys">Whether replies are found by key.</param>
internal sealed class MessagesInFlight(bool hasKeys)
{
    private const int FirstSlots = 16;

    private Entry[] _ring = new Entry[FirstSlots];
    private long[] _table = hasKeys ? new long[2 * FirstSlots] : [];

    // Positions count on and on; the ring's slot is the position's lowest bits. Head <= oldest <= tail.
    private long _head;
    private long _oldest;
    private long _tail;

    /// <summary>Messages that await their reply.</summary>
    internal int Count { get; private set; }

    /// <summary>True when no further one fits, whatever <see cref="Count"/> says: answered and given-up ones may stand between.</summary>
    internal bool IsFull => _tail - _head >= MessageSchedule.MaxInFlight;

    /// <summary>When the oldest that awaits its reply was sent; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long OldestSentAt => Count == 0 ? long.MaxValue : Slot(_oldest).SentAt;

    /// <returns>False when a message of that key is in flight.</returns>
    internal bool TryAdd(long dueAt, long sentAt, long key)
    {
        if (_tail - _head == _ring.Length)
            Grow();
        if (hasKeys && !TryEnter(key, _tail))
            return false;
        Slot(_tail++) = new Entry(dueAt, sentAt, key, IsOpen: true);
        Count++;
        return true;
    }

    /// <summary>Takes what a reply without a key answers.</summary>
    /// <returns>False when nothing is in flight; otherwise <paramref name="message"/> may have been given up, and is not open.</returns>
    internal bool TryTakeOldest(out Entry message)
    {
        message = _head < _tail ? Slot(_head) : default;
        if (_head == _tail)
            return false;
        _head++;
        if (message.IsOpen)
            Count--;
        SkipClosed();
        return true;
    }

    /// <summary>Takes what a reply with a key answers.</summary>
    internal bool TryTake(long key, out Entry message)
    {
        int place = Find(key);
        if (_table[place] == 0)
        {
            message = default;
            return false;
        }

        message = Close(_table[place] - 1);
        return true;
    }

    /// <summary>Gives up the oldest. There must be one.</summary>
    internal void GiveUpOldest() => Close(_oldest);

    private ref Entry Slot(long position) => ref _ring[position & (_ring.Length - 1)];

    private Entry Close(long position)
    {
        Entry message = Slot(position);
        Slot(position) = message with { IsOpen = false };
        Count--;
        if (hasKeys)
            Remove(Find(message.Key));
        SkipClosed();
        return message;
    }

    private void SkipClosed()
    {
        _oldest = Math.Max(_oldest, _head);
        while (_oldest < _tail && !Slot(_oldest).IsOpen)
            _oldest++;
        if (hasKeys)
            _head = _oldest;
    }

    private void Grow()
    {
        Entry[] larger = new Entry[2 * _ring.Length];
        for (long position = _head; position < _tail; position++)
            larger[position & (larger.Length - 1)] = Slot(position);
        _ring = larger;
        if (!hasKeys)
            return;
        _table = new long[2 * larger.Length];
        for (long position = _oldest; position < _tail; position++)
        {
            if (Slot(position).IsOpen)
                TryEnter(Slot(position).Key, position);
        }
    }

    // The table: open addressing, half empty at least. A place holds a position + 1, or 0.

    private bool TryEnter(long key, long position)
    {
        int place = Find(key);
        if (_table[place] != 0)
            return false;
        _table[place] = position + 1;
        return true;
    }

    /// <summary>The key's place, or the empty one where it would stand.</summary>
    private int Find(long key)
    {
        int place = HomeOf(key);
        while (_table[place] != 0 && Slot(_table[place] - 1).Key != key)
            place = (place + 1) & (_table.Length - 1);
        return place;
    }

    private int HomeOf(long key) =>
        (int)(unchecked((ulong)key * 0x9E3779B97F4A7C15) >> (64 - BitOperations.Log2((uint)_table.Length)));

    /// <summary>Empties a place and moves up what stands behind it for want of a better one.</summary>
    private void Remove(int hole)
    {
        int mask = _table.Length - 1;
        for (int place = (hole + 1) & mask; _table[place] != 0; place = (place + 1) & mask)
        {
            int home = HomeOf(Slot(_table[place] - 1).Key);
            if (((place - home) & mask) >= ((place - hole) & mask))
            {
                _table[hole] = _table[place];
                hole = place;
            }
        }

        _table[hole] = 0;
    }

    /// <param name="DueAt">When it was to be sent.</param>
    /// <param name="SentAt">When it was.</param>
    /// <param name="Key">What its reply will bear; 0 without keys.</param>
    /// <param name="IsOpen">Whether it awaits its reply.</param>
    internal readonly record struct Entry(long DueAt, long SentAt, long Key, bool IsOpen);
}
