namespace LoadTool.Analysis.Lab;

/// <summary>Why a cell is slower with Nagle's algorithm, as far as its figures tell.</summary>
internal enum LabCause
{
    /// <summary>It is not, or it cannot be told.</summary>
    None,

    /// <summary>A write waits for an ACK that the other end holds back for as long as Linux does.</summary>
    DelayedAck,

    /// <summary>A write waits for an ACK that comes with the next reply: a round trip.</summary>
    RoundTrip,

    /// <summary>It is slower by some other time.</summary>
    Other,
}
