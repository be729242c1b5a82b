using System.Globalization;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>What one generator measured of itself; a line of numbers between processes, whatever they are written in.</summary>
/// <param name="RoundTrips">Messages sent and answered in the measured time.</param>
/// <param name="UserMicroseconds">Processor time in user code for them.</param>
/// <param name="SystemMicroseconds">Processor time in the kernel for them.</param>
/// <param name="ConnectSeconds">From the first connect until all are open.</param>
/// <param name="ResidentBytesPerConnection">Growth of resident memory by connecting.</param>
/// <param name="AllocatedBytes">Managed bytes allocated in the measured time; a C program has none.</param>
internal sealed record Generation(
    long RoundTrips, double UserMicroseconds, double SystemMicroseconds, double ConnectSeconds, double ResidentBytesPerConnection, double AllocatedBytes)
{
    public static Generation Parse(string line)
    {
        double[] numbers = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return new Generation((long)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers.ElementAtOrDefault(5));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{RoundTrips} {UserMicroseconds} {SystemMicroseconds} {ConnectSeconds} {ResidentBytesPerConnection} {AllocatedBytes}");
}
