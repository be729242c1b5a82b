using System.Globalization;
using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Lab;

/// <summary>What a link does to packets, in each of its directions.</summary>
/// <param name="Delay">How long each is on its way; a round trip takes twice that.</param>
/// <param name="Loss">The share of them that gets lost, 0 to 1.</param>
/// <param name="BytesPerSecond">How fast they enter the link, one after another; 0 for no limit.</param>
internal readonly record struct LinkOptions(TimeSpan Delay, double Loss, double BytesPerSecond)
{
    private const double BitsPerByte = 8;

    private static readonly (string Unit, double Bits)[] Rates = [("kbit", 1e3), ("Mbit", 1e6), ("Gbit", 1e9)];

    /// <summary>Reads what <c>--via</c> says, such as <c>delay=10ms,loss=0.1%,rate=100Mbit</c>.</summary>
    /// <exception cref="UsageException">Something in it is nothing of the kind.</exception>
    internal static LinkOptions Parse(string text)
    {
        LinkOptions options = default;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = part.Split('=', 2);
            options = (sides[0], sides.Length == 2 ? sides[1] : "") switch
            {
                ("delay", string value) when TimeText.TryParse(value, out TimeSpan delay) && delay <= TimeSpan.FromSeconds(10) => options with { Delay = delay },
                ("loss", string value) when TryReadShare(value, out double loss) => options with { Loss = loss },
                ("rate", string value) when TryReadRate(value, out double rate) => options with { BytesPerSecond = rate },
                _ => throw new UsageException($"--via {text}: {part} is nothing that a link does: write delay=10ms (each way, at most 10s), loss=0.1% or rate=100Mbit, with commas between"),
            };
        }

        return options;
    }

    private static bool TryReadShare(string text, out double share)
    {
        bool valid = double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && text.EndsWith('%') && percent <= 50;
        share = percent / 100;
        return valid;
    }

    private static bool TryReadRate(string text, out double bytesPerSecond)
    {
        foreach ((string unit, double bits) in Rates)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number * bits >= 10_000)
            {
                bytesPerSecond = number * bits / BitsPerByte;
                return true;
            }
        }

        bytesPerSecond = 0;
        return false;
    }
}
