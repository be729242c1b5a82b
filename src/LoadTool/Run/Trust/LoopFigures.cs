using LoadTool.Metrics;

namespace LoadTool;

/// <summary>How one event loop kept its time, in an interval or over the whole run.</summary>
/// <param name="Index">Index of the loop.</param>
/// <param name="Lag">How late it came to what was due, nanoseconds, looked at a hundred times per second whatever else happened.</param>
/// <param name="Lateness">How late arrivals and turns began, nanoseconds; only those that waited for their moment.</param>
/// <param name="Cpu">Processor time of its thread; null where the system does not tell.</param>
/// <param name="CpuWait">Time in which its thread was ready to run and got no processor; null where the system does not tell.</param>
/// <param name="AllocatedBytes">Managed bytes that its thread allocated.</param>
/// <param name="ScriptAllocatedBytes">Those of them allocated while the code of scripts ran, connecting included.</param>
public sealed record LoopFigures(int Index, Histogram Lag, Histogram Lateness, TimeSpan? Cpu, TimeSpan? CpuWait, long AllocatedBytes, long ScriptAllocatedBytes);
