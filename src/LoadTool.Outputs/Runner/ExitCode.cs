namespace LoadTool;

/// <summary>What the process tells its caller: k6's codes where k6 has one, so that pipelines keep their meaning.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>A gate found figures worse than its baseline.</summary>
    public const int Regression = 90;

    /// <summary>The load ran, but its generator was not to be trusted, and that was asked for (<c>--require-trusted</c>).</summary>
    public const int NotTrusted = 91;

    /// <summary>The load ran, but results could not all be written (a full disk, for one).</summary>
    public const int ResultsNotWritten = 92;

    /// <summary>Results say too little for a verdict: not enough runs, or too much scatter among them.</summary>
    public const int CannotTell = 93;

    /// <summary>A result may not be judged: its run was cut short, its generator was not to be trusted, or it is of another script or load.</summary>
    public const int Unusable = 94;

    /// <summary>The load ran, and a threshold was crossed.</summary>
    public const int ThresholdCrossed = 99;

    /// <summary>Bad usage or configuration: a missing script, an unusable target, too few descriptors, a port in use.</summary>
    public const int Usage = 104;

    /// <summary>Ended by Ctrl-C or SIGTERM, in order.</summary>
    public const int Stopped = 105;

    /// <summary>The script does not compile, or throws.</summary>
    public const int Script = 107;

    /// <summary>Tells in one line what is wrong.</summary>
    /// <returns>The code.</returns>
    internal static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"error: {message}");
        return exitCode;
    }
}
