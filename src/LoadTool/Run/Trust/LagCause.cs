namespace LoadTool;

/// <summary>Why an event loop came late to what was due.</summary>
public enum LagCause
{
    /// <summary>None of the others explains it.</summary>
    Unknown,

    /// <summary>One piece of a script's code held the loop: it computed, slept or waited.</summary>
    Script,

    /// <summary>The loop worked all the time, on many pieces: it was asked for more than it can do.</summary>
    Busy,

    /// <summary>The loop's thread was ready to run and got no processor.</summary>
    Starved,

    /// <summary>The garbage collector held all threads.</summary>
    Collection,

    /// <summary>Code that ran for the first time was being compiled.</summary>
    Compilation,

    /// <summary>The whole process stood still: stopped by a signal, a debugger or its container's quota, or its machine did.</summary>
    Stopped,
}
