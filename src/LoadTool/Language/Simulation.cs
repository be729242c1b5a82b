namespace LoadTool;

/// <summary>Makes load simulations; a scenario runs its simulations one after another.</summary>
public static class Simulation
{
    /// <summary>A fixed number of virtual users side by side (closed model).</summary>
    /// <param name="copies">Virtual users; at least 1.</param>
    /// <param name="during">How long; more than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new KeepConstant(copies, during);

    /// <summary>Iterations started at an even rate, independent of responses (open model).</summary>
    /// <param name="rate">Iterations per interval; at least 1. They are spaced evenly inside it.</param>
    /// <param name="interval">The interval; more than zero.</param>
    /// <param name="during">How long; more than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new Inject(rate, interval, during);

    /// <summary>No load.</summary>
    /// <param name="during">How long; more than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="during"/> is not more than zero.</exception>
    public static LoadSimulation Pause(TimeSpan during) => new Pause(during);
}
