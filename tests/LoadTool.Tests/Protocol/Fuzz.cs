using System.Globalization;
using Xunit.Sdk;

namespace LoadTool.Tests.Protocol;

/// <summary>
/// Runs a property over seeded inputs. LOADTOOL_FUZZ_INPUTS says how many all fuzzers together take, LOADTOOL_FUZZ_SEED where the seeds begin;
/// a failure names its seed.
/// </summary>
internal static class Fuzz
{
    /// <summary>All fuzzers together stay below ten seconds with it.</summary>
    private const long DefaultInputs = 300_000;

    /// <param name="share">This fuzzer's part of all inputs, 0 to 1.</param>
    /// <param name="check">Throws when the input made of its chance breaks the property.</param>
    public static void Run(double share, Action<Random> check)
    {
        long first = Number("LOADTOOL_FUZZ_SEED", 0);
        long count = Math.Max(1000, (long)(Number("LOADTOOL_FUZZ_INPUTS", DefaultInputs) * share));
        for (long seed = first; seed < first + count; seed++)
        {
            try
            {
                check(new Random((int)seed));
            }
            catch (Exception error)
            {
                throw new XunitException($"LOADTOOL_FUZZ_SEED={seed}: {error.Message}", error);
            }
        }
    }

    /// <summary>Changes bytes as a broken peer would: bits, bytes, cuts, repetitions, pieces of other inputs.</summary>
    public static byte[] Mutate(Random random, byte[] input, byte[] other)
    {
        List<byte> bytes = [.. input];
        for (int changes = random.Next(4); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(9, bytes.Count - at + 1)));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)));
                    break;
                case 4:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 5 when other.Length > 0:
                    int start = random.Next(other.Length);
                    bytes.InsertRange(at, other[start..random.Next(start, Math.Min(other.Length, start + 16))]);
                    break;
                case 6 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }

    private static long Number(string variable, long byDefault) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : byDefault;
}
