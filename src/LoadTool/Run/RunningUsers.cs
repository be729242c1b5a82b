namespace LoadTool;

/// <summary>The users of a share that run an iteration. Linked through the users themselves: a set would cost an idle user 40 bytes.</summary>
internal sealed class RunningUsers
{
    private VirtualUser? _last;

    /// <summary>Exact on the loop, recent elsewhere.</summary>
    internal int Count { get; private set; }

    internal void Add(VirtualUser user)
    {
        (user.Previous, user.Next) = (_last, null);
        if (_last is not null)
            _last.Next = user;
        _last = user;
        Count++;
    }

    internal void Remove(VirtualUser user)
    {
        if (user.Previous is not null)
            user.Previous.Next = user.Next;
        if (user.Next is not null)
            user.Next.Previous = user.Previous;
        else
            _last = user.Previous;
        (user.Previous, user.Next) = (null, null);
        Count--;
    }

    internal VirtualUser[] ToArray()
    {
        VirtualUser[] users = new VirtualUser[Count];
        int index = 0;
        for (VirtualUser? user = _last; user is not null; user = user.Previous)
            users[index++] = user;
        return users;
    }
}
