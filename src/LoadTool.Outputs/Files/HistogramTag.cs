using System.Text;

namespace LoadTool.Outputs.Files;

/// <summary>
/// Names in a histogram log: <c>scenario.step</c> for what is corrected, <c>scenario.step.uncorrected</c> for what is not; whole iterations
/// are <c>scenario.@iterations</c>, phases of connecting <c>@connect</c>, <c>@connect.tcp</c> and so on. Each name is percent-encoded (UTF-8, upper case) but for ASCII letters, digits and <c>- _ / :</c>, so
/// no tag holds what the format or a shell cares about, and different names have different tags.
/// </summary>
internal static class HistogramTag
{
    private const string Iterations = "@iterations";

    internal static string OfStep(StepFigures step) => $"{Encode(step.Scenario)}.{Encode(step.Step)}";

    internal static string OfIterations(StepFigures iterations) => $"{Encode(iterations.Scenario)}.{Iterations}";

    internal static string OfConnect(ConnectPhaseFigures phase) => $"@{phase.Name}";

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
