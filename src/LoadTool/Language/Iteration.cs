using System.Runtime.CompilerServices;

namespace LoadTool;

/// <summary>
/// What a scenario's async method returns to the run; a script never names it: <c>async user => …</c> becomes one. It does what <see cref="Task"/> would, with less:
/// it tells its event loop inline that it has ended, and an idle user holds some 250 bytes less.
/// </summary>
[AsyncMethodBuilder(typeof(IterationBuilder))]
public readonly struct Iteration
{
    internal Iteration(IterationCore? core) => Core = core;

    /// <summary>What is under way; null for an iteration that succeeded before its first await.</summary>
    internal IterationCore? Core { get; }
}
