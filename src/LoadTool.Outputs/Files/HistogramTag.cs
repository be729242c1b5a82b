using System.Text;

namespace LoadTool.Outputs.Files;

/// <summary>
/// Names in a histogram log: <c>scenario.step</c> for what is corrected, <c>scenario.step.uncorrected</c> for what is not; whole iterations
/// are <c>scenario.@iterations</c>, a step where it bore a tag's value <c>scenario.step.@tag.value</c>, phases of connecting <c>@connect</c>, <c>@connect.tcp</c> and so on,
/// a script's own histogram <c>@metric.name</c>, a broadcast <c>@broadcast.name.first</c> (<c>median</c>, <c>last</c>, <c>deliveries</c>), an event loop <c>@loop.0.lag</c> and
/// <c>@loop.0.lateness</c>. Of a whole run, once at its end: <c>scenario.@connect_wait</c>, <c>scenario.@recover</c>, <c>scenario.@storm.0</c>, <c>@lags.script</c> (and other causes).
/// Each name is percent-encoded (UTF-8, upper case) but for ASCII letters, digits and <c>- _ / :</c>, so
/// no tag holds what the format or a shell cares about, and different names have different tags.
/// </summary>
internal static class HistogramTag
{
    internal const string First = "first";
    internal const string Median = "median";
    internal const string Last = "last";
    internal const string Deliveries = "deliveries";
    internal const string Lag = "lag";
    internal const string Lateness = "lateness";

    private const string Iterations = "@iterations";

    internal static string OfStep(StepFigures step) => OfStep(step.Scenario, step.Step);

    internal static string OfStep(string scenario, string step) => $"{Encode(scenario)}.{Encode(step)}";

    internal static string OfIterations(StepFigures iterations) => OfIterations(iterations.Scenario);

    internal static string OfIterations(string scenario) => $"{Encode(scenario)}.{Iterations}";

    internal static string OfConnect(ConnectPhaseFigures phase) => OfConnect(phase.Name);

    internal static string OfConnect(string phase) => $"@{phase}";

    internal static string OfTagged(TaggedFigures tagged) => OfTagged(tagged.Figures.Scenario, tagged.Figures.Step, tagged.Tag, tagged.Value);

    internal static string OfTagged(string scenario, string step, string tag, string value) => $"{OfStep(scenario, step)}.@{Encode(tag)}.{Encode(value)}";

    internal static string OfMetric(string name) => $"@metric.{Encode(name)}";

    internal static string OfBroadcast(string name, string part) => $"@broadcast.{Encode(name)}.{part}";

    internal static string OfLoop(int index, string part) => $"@loop.{index}.{part}";

    internal static string OfConnectWait(string scenario) => $"{Encode(scenario)}.@connect_wait";

    internal static string OfRecover(string scenario) => $"{Encode(scenario)}.@recover";

    internal static string OfStorm(string scenario, int number) => $"{Encode(scenario)}.@storm.{number}";

    internal static string OfLags(LagCause cause) => $"@lags.{cause.ToString().ToLowerInvariant()}";

    internal static string Uncorrected(string tag) => $"{tag}.uncorrected";

    internal static string Encode(string name)
    {
        StringBuilder encoded = new();
        Span<byte> utf8 = stackalloc byte[4];
        for (int index = 0; index < name.Length;)
        {
            if (!Rune.TryGetRuneAt(name, index, out Rune rune))
            {
                // Half of a surrogate pair has no UTF-8.
                encoded.Append($"%u{(int)name[index++]:X4}");
                continue;
            }

            index += rune.Utf16SequenceLength;
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '_' or '/' or ':'))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (byte octet in utf8[..rune.EncodeToUtf8(utf8)])
                encoded.Append($"%{octet:X2}");
        }

        return encoded.ToString();
    }
}
