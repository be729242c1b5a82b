namespace LoadTool;

/// <summary>
/// Makes load simulations; a scenario runs its simulations one after another. Closed models keep a number of virtual users
/// running, each of which starts its next iteration when the last one has ended; open models start iterations at their moments,
/// whether earlier ones have ended or not.
/// </summary>
public static class Simulation
{
    /// <summary>A fixed number of virtual users side by side (closed model).</summary>
    /// <param name="copies">Virtual users; at least 1.</param>
    /// <param name="during">How long; more than zero and at most 30 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new KeepConstant(copies, during);

    /// <summary>Virtual users added or taken away evenly, from as many as the simulation before ended with, or none (closed model).</summary>
    /// <param name="copies">Virtual users at the end; 0 or more.</param>
    /// <param name="during">How long; more than zero and at most 30 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation RampingConstant(int copies, TimeSpan during) => new RampingConstant(copies, during);

    /// <summary>Iterations started at an even rate, independent of responses (open model).</summary>
    /// <param name="rate">Iterations per interval; at least 1. They are spaced evenly inside it.</param>
    /// <param name="interval">The interval; more than zero.</param>
    /// <param name="during">How long; more than zero and at most 30 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new Inject(rate, interval, during);

    /// <summary>Iterations started at a rate that changes evenly, from the one the simulation before ended with, or none (open model).</summary>
    /// <param name="rate">Iterations per interval at the end; 0 or more.</param>
    /// <param name="interval">The interval that the rate counts for; more than zero. The rate changes all the time, not once per interval.</param>
    /// <param name="during">How long; more than zero and at most 30 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation RampingInject(int rate, TimeSpan interval, TimeSpan during) => new RampingInject(rate, interval, during);

    /// <summary>Iterations started at a rate that is drawn anew for each interval, each rate as likely as the others; the run's seed decides (open model).</summary>
    /// <param name="minRate">Least iterations per interval; 0 or more.</param>
    /// <param name="maxRate">Most iterations per interval; at least 1 and <paramref name="minRate"/>. They are spaced evenly inside it.</param>
    /// <param name="interval">The interval; more than zero.</param>
    /// <param name="during">How long; more than zero and at most 30 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation InjectRandom(int minRate, int maxRate, TimeSpan interval, TimeSpan during) => new InjectRandom(minRate, maxRate, interval, during);

    /// <summary>Iterations started independently of each other at a mean rate, with exponential gaps (Poisson arrivals); the run's seed decides (open model).</summary>
    /// <param name="rate">Iterations per interval in the mean; at least 1.</param>
    /// <param name="interval">The interval; more than zero.</param>
    /// <param name="during">How long; more than zero and at most 30 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation InjectPoisson(int rate, TimeSpan interval, TimeSpan during) => new InjectPoisson(rate, interval, during);

    /// <summary>A fixed number of virtual users side by side until they have run so many iterations together (closed model). The last simulation of its scenario.</summary>
    /// <param name="copies">Virtual users; at least 1.</param>
    /// <param name="iterations">Iterations altogether; at least 1. Event loops share them evenly by their users; a loop's quick users run more of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LoadSimulation IterationsForConstant(int copies, int iterations) => new IterationsForConstant(copies, iterations, LoadSimulation.Longest);

    /// <summary>Iterations started at an even rate until there were so many (open model).</summary>
    /// <param name="rate">Iterations per interval; at least 1. They are spaced evenly inside it.</param>
    /// <param name="interval">The interval; more than zero.</param>
    /// <param name="iterations">Iterations altogether; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range, or all of it would last longer than 30 days.</exception>
    public static LoadSimulation IterationsForInject(int rate, TimeSpan interval, int iterations) => new IterationsForInject(rate, interval, iterations);

    /// <summary>No load.</summary>
    /// <param name="during">How long; more than zero and at most 30 days.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="during"/> is outside its range.</exception>
    public static LoadSimulation Pause(TimeSpan during) => new Pause(during);
}
