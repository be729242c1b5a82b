namespace LoadTool;

/// <summary>What a <see cref="MessageSchedule"/> could not do as it should have; all zero for a step without one.</summary>
/// <param name="Late">Messages sent more than <see cref="MessageSchedule.LateAfter"/> past their moment. They are in the latencies, and their wait is in the corrected one.</param>
/// <param name="Dropped">Messages that were due and never sent: no socket was alive, or the sending end was too far behind, or the end came first.</param>
/// <param name="Unmatched">Messages received that answer none in flight: pushed by the server, answered twice, or with a key that nobody sent.</param>
public readonly record struct PacingFigures(long Late, long Dropped, long Unmatched)
{
    /// <summary>True when there was none of it.</summary>
    public bool IsClean => this == default;

    /// <summary>The sum of two parts.</summary>
    /// <param name="left">One part.</param>
    /// <param name="right">The other.</param>
    public static PacingFigures operator +(PacingFigures left, PacingFigures right) =>
        new(left.Late + right.Late, left.Dropped + right.Dropped, left.Unmatched + right.Unmatched);

    /// <summary>What came between two readings.</summary>
    /// <param name="left">The later reading.</param>
    /// <param name="right">The earlier one.</param>
    public static PacingFigures operator -(PacingFigures left, PacingFigures right) =>
        new(left.Late - right.Late, left.Dropped - right.Dropped, left.Unmatched - right.Unmatched);
}
