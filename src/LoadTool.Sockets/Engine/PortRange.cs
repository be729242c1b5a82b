namespace LoadTool.Sockets;

/// <summary>Consecutive TCP ports, both ends included.</summary>
public readonly record struct PortRange
{
    /// <summary>Takes the ends.</summary>
    /// <param name="first">1 to 65535.</param>
    /// <param name="last">From <paramref name="first"/> to 65535.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: not such a range.</exception>
    public PortRange(int first, int last)
    {
        if (first < 1 || last > ushort.MaxValue || last < first)
            throw Failures.InvalidArgument($"A range of ports lies between 1 and 65535 and does not end before it begins: {first}-{last}.", nameof(last));
        (First, Last) = (first, last);
    }

    /// <summary>The lowest port.</summary>
    public int First { get; }

    /// <summary>The highest port.</summary>
    public int Last { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{First}-{Last}";
}
