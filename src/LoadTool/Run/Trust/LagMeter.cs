using System.Buffers.Text;
using System.Runtime;
using Microsoft.Win32.SafeHandles;

namespace LoadTool;

/// <summary>
/// Reads where the time of one thread went; made and used on that thread. On Linux <c>/proc/thread-self/schedstat</c> tells of processor and run queue,
/// exact to a tick of the kernel; elsewhere these are not available. Allocates nothing per reading.
/// </summary>
internal sealed class LagMeter : IDisposable
{
    private const string ScheduleFile = "/proc/thread-self/schedstat";

    private readonly LagPulse _pulse;
    private readonly SafeFileHandle? _schedule;

    internal LagMeter(LagPulse pulse)
    {
        _pulse = pulse;
        _schedule = File.Exists(ScheduleFile) ? File.OpenHandle(ScheduleFile) : null;
    }

    /// <param name="now">The moment, nanoseconds of the run's clock.</param>
    internal LagCosts Read(long now)
    {
        (long? ran, long? waited) = ReadSchedule();
        return new LagCosts(
            ran,
            waited,
            GC.GetTotalPauseDuration().Ticks * TimeSpan.NanosecondsPerTick,
            JitInfo.GetCompilationTime(currentThread: true).Ticks * TimeSpan.NanosecondsPerTick,
            _pulse.StalledUntil(now));
    }

    public void Dispose() => _schedule?.Dispose();

    private (long? Ran, long? Waited) ReadSchedule()
    {
        if (_schedule is null)
            return default;
        Span<byte> text = stackalloc byte[128];
        text = text[..RandomAccess.Read(_schedule, text, fileOffset: 0)];
        return Utf8Parser.TryParse(text, out long ran, out int length) && Utf8Parser.TryParse(text[(length + 1)..], out long waited, out _)
            ? (ran, waited)
            : default;
    }
}
