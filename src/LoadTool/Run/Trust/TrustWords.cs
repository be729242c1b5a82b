using System.Globalization;

namespace LoadTool;

/// <summary>What a run says of its generator, in words for people.</summary>
internal static class TrustWords
{
    internal static (string Finding, string Remedy) Of(LagFigures lags, TrustFigures figures, double share)
    {
        string amount = Invariant($"{Times(lags.Lags.TotalCount)}, at worst {Milliseconds(lags.Lags.Max)} at {Clock(lags.LongestAt)}, {share:0.##%} of the run");
        return lags.Cause switch
        {
            LagCause.Script => ($"{Blocks(figures)}: {amount}", "await instead: no Thread.Sleep, .Result, .Wait() or long computation in a scenario"),
            LagCause.Busy => ($"event loops had more to do than time: {amount}", "give the load more --loops, or make it smaller"),
            LagCause.Starved => ($"event loops were ready and got no processor: {amount}", "leave the generator a core: end other programs, put the target on another machine, or use fewer --loops"),
            LagCause.Collection => ($"garbage collections held event loops: {amount}; {WhoAllocated(figures)}", "allocate less per message: make payloads once, read messages as spans, keep buffers in user.State"),
            LagCause.Compilation => ($"event loops waited for code to be compiled: {amount}", "let the first iterations go to a warm-up: WithWarmUpDuration"),
            LagCause.Stopped => ($"the whole process stood still: {amount}", "look for what stopped it: a signal, a debugger, a container's CPU quota, a paused virtual machine, a sleeping laptop"),
            _ => ($"event loops came late, nobody knows why: {amount}", "look at the machine: swapping, a busy disk, another virtual machine"),
        };
    }

    /// <summary>A lag as it is found, for the log.</summary>
    internal static string Of(LagNote note) => note.Cause switch
    {
        LagCause.Script => $"{Block(note.Scenario, note.Step, note.User)} kept event loop {note.Loop} for {Milliseconds(note.Nanoseconds)}: nothing else on it went on; await instead of blocking",
        LagCause.Busy => $"event loop {note.Loop} came {Milliseconds(note.Nanoseconds)} late: it has more to do than time",
        LagCause.Starved => $"event loop {note.Loop} came {Milliseconds(note.Nanoseconds)} late: it was ready and got no processor",
        LagCause.Collection => $"event loop {note.Loop} came {Milliseconds(note.Nanoseconds)} late: the garbage collector held it",
        LagCause.Compilation => $"event loop {note.Loop} came {Milliseconds(note.Nanoseconds)} late: code was being compiled",
        LagCause.Stopped => $"event loop {note.Loop} came {Milliseconds(note.Nanoseconds)} late: the whole process stood still",
        _ => $"event loop {note.Loop} came {Milliseconds(note.Nanoseconds)} late",
    };

    /// <summary>A loop that stands while this is said.</summary>
    internal static string OfSilence(LagNote note) => note.Cause == LagCause.Script
        ? $"{Block(note.Scenario, note.Step, note.User)} has kept event loop {note.Loop} for {Milliseconds(note.Nanoseconds)} and goes on"
        : $"event loop {note.Loop} has not answered for {Milliseconds(note.Nanoseconds)}";

    internal static string WhoAllocated(TrustFigures figures)
    {
        long loops = figures.Loops.Sum(loop => loop.AllocatedBytes), script = figures.Loops.Sum(loop => loop.ScriptAllocatedBytes);
        double perSecond = figures.AllocatedBytes / 1e6 / Math.Max(1e-3, figures.Length.TotalSeconds);
        double all = Math.Max(1, Math.Max(loops, figures.AllocatedBytes));
        return Invariant($"{perSecond:#,0.#} MB/s were allocated: {script / all:0%} by the script, {(loops - script) / all:0%} by the engine, {Math.Max(0, figures.AllocatedBytes - loops) / all:0%} beside the loops");
    }

    private static string Blocks(TrustFigures figures) => figures.Blocks is [var worst, ..]
        ? $"{Block(worst.Scenario, worst.Step, worst.LongestUser)} blocked its event loop"
        : "code of the script blocked its event loop";

    private static string Block(string? scenario, string? step, int user) =>
        scenario is null
            ? "code of the script (after an await of something that is no socket, or in a handler of events)"
            : $"scenario \"{scenario}\", user {user}, {(step is null ? "outside of steps" : $"in step \"{step}\"")},";

    private static string Times(long count) => count == 1 ? "once" : $"{count} times";

    private static string Milliseconds(long nanoseconds) => Invariant($"{nanoseconds / 1e6:0.#} ms");

    private static string Clock(TimeSpan sinceStart) => sinceStart.ToString(sinceStart < TimeSpan.FromHours(1) ? @"m\:ss\.f" : @"h\:mm\:ss\.f", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
