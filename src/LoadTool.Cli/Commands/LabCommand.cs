using System.CommandLine;
using System.Globalization;
using LoadTool.Analysis.Lab;
using LoadTool.Cli.Lab;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool lab</c>: experiments of the tool's own.</summary>
internal static class LabCommand
{
    private const int MaxBlocks = 10_000;

    internal static Command Create() => new("lab", "Experiments of the tool's own.") { Nagle() };

    private static Command Nagle()
    {
        Option<string?> target = new("--target") { Description = "A `loadtool serve` elsewhere; without it one is started on this machine.", HelpName = "url" };
        Option<string?> via = new("--via") { Description = "Go through a network that delays and loses packets, such as delay=10ms,loss=0.1%,rate=100Mbit, each way (Linux, root).", HelpName = "link" };
        Option<string> minEffect = new("--min-effect") { Description = "The size of a difference that matters.", HelpName = "percent", DefaultValueFactory = _ => "5%" };
        Option<int?> blocks = OptionValue.Number<int>("--blocks", "Pairs of blocks for each cell, one block with and one without; 12 by default.");
        Option<string?> blockLength = new("--block-length") { Description = "How long a block takes; 250ms by default, 500ms with --via.", HelpName = "time" };
        Option<string> sizes = new("--sizes") { Description = "Sizes of messages, in bytes.", HelpName = "numbers", DefaultValueFactory = _ => "32,1024,16384" };
        Option<int?> connections = OptionValue.Number<int>("--connections", "Connections of each variant; 4 by default, 16 with --via.");
        Option<long?> seed = OptionValue.Number<long>("--seed", "Seed of all chance; drawn, and printed, when not given.");
        Option<bool> control = new("--control") { Description = "Leave Nagle's algorithm off in both variants: what differs then is chance." };
        Command command = new("nagle", "Show what Nagle's algorithm costs and saves, for several ways of writing and answering.")
        {
            target, via, minEffect, blocks, blockLength, sizes, connections, seed, control,
        };
        command.SetAction((parsed, cancellation) =>
        {
            bool isRelayed = parsed.GetValue(via) is not null;
            LabSettings settings = new()
            {
                Sizes = SizesOf(parsed.GetValue(sizes)!),
                Blocks = Bounded("--blocks", parsed.GetValue(blocks) ?? 12, 1, MaxBlocks),
                BlockLength = DurationText.Parse("--block-length", parsed.GetValue(blockLength) ?? (isRelayed ? "500ms" : "250ms")),
                Connections = Bounded("--connections", parsed.GetValue(connections) ?? (isRelayed ? 16 : 4), 1, 1_000),
                MinEffect = ShareOf(parsed.GetValue(minEffect)!),
                Seed = parsed.GetValue(seed) ?? System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue),
                Via = parsed.GetValue(via),
                IsControl = parsed.GetValue(control),
            };
            return RunAsync(settings, parsed.GetValue(target), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(LabSettings settings, string? target, CancellationToken cancellation)
    {
        await using LabGround ground = settings.Via is { } via ? await LabGround.StartAsync(LinkOptions.Parse(via), settings.Seed) : await LabGround.StartAsync(target is null ? null : new Uri(target));
        await new LabRun(settings, ground).RunAsync(
            result =>
            {
                Console.WriteLine($"{result.Cell.MessageBytes} {result.Cell.WritesText}, {result.Cell.RepliesText} rtt {result.RoundTripSeconds * 1e6}");
                foreach (LabComparison c in result.Comparisons)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {c.Figure.Name,-24} {c.Off,12:G4} {c.On,12:G4}  {c.Difference?.Estimate:P1} [{c.Difference?.Low:P1}, {c.Difference?.High:P1}] {c.Verdict}"));
            },
            cancellation);
        return ExitCode.Ok;
    }

    private static IReadOnlyList<int> SizesOf(string text)
    {
        int[] sizes = [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        return sizes.All(size => size is >= 1 and <= LabCell.MaxMessageBytes)
            ? sizes
            : throw new UsageException($"--sizes {text}: write whole numbers from 1 to {LabCell.MaxMessageBytes} with commas between (a larger message takes more than one write)");
    }

    private static double ShareOf(string text) =>
        text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent is > 0 and < 1_000
            ? percent / 100
            : throw new UsageException($"--min-effect {text} is no size of a difference: write a percentage such as 5%");

    private static int Bounded(string option, int value, int min, int max) =>
        value >= min && value <= max ? value : throw new UsageException($"{option} {value}: write {min} to {max}");
}
