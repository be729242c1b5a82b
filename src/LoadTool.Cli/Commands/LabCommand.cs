using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using LoadTool.Analysis.Lab;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Lab;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool lab</c>: experiments of the tool's own.</summary>
internal static class LabCommand
{
    private const int MaxBlocks = 10_000;
    private const int MaxConnections = 1_000;

    private static readonly Option<string?> Target = Text("--target", "url", "A `loadtool serve` elsewhere; without it one is started on this machine.");
    private static readonly Option<string?> Via = Text("--via", "link", "Go through a network that delays and loses packets each way, such as delay=10ms,loss=0.1%,rate=100Mbit (Linux, root).");
    private static readonly Option<string?> Sizes = Text("--sizes", "numbers", "Sizes of messages in bytes; 32,1024,16384 by default.");
    private static readonly Option<string?> Writes = Text("--writes", "names", $"Ways of writing: {string.Join(',', Patterns.Keys)}; all by default.");
    private static readonly Option<string?> MinEffect = Text("--min-effect", "percent", "The size of a difference that matters; 5% by default.");
    private static readonly Option<int?> Blocks = OptionValue.Number<int>("--blocks", "Pairs of blocks for each cell, one block with and one without; 12 by default.");
    private static readonly Option<string?> BlockLength = Text("--block-length", "time", "How long a block takes; 250ms by default, 500ms with --via.");
    private static readonly Option<int?> Connections = OptionValue.Number<int>("--connections", "Connections, used by both variants in turn; 4 by default, 16 with --via.");
    private static readonly Option<long?> Seed = OptionValue.Number<long>("--seed", "Seed of all chance; drawn, and printed, when not given.");
    private static readonly Option<bool> Control = new("--control") { Description = "Leave Nagle's algorithm off in both variants: what differs then is chance." };
    private static readonly Option<string?> Page = Text("--page", "file", "Write a page with all figures and charts.");
    private static readonly Option<string?> Markdown = Text("--markdown", "file", "Write all figures as Markdown.");
    private static readonly Option<string?> Json = Text("--json", "file", "Write all figures as JSON.");

    private static Dictionary<string, WritePattern> Patterns => Enum.GetValues<WritePattern>().ToDictionary(LabJson.NameOf);

    internal static Command Create()
    {
        Command nagle = new("nagle", "Show what Nagle's algorithm costs and saves, for several ways of writing and answering.")
        {
            Target, Via, Sizes, Writes, MinEffect, Blocks, BlockLength, Connections, Seed, Control, Page, Markdown, Json,
        };
        nagle.SetAction((parsed, _) => NagleAsync(parsed));
        return new Command("lab", "Experiments of the tool's own.") { nagle };
    }

    private static async Task<int> NagleAsync(ParseResult parsed)
    {
        LabSettings settings = Read(parsed);
        LinkOptions? link = settings.Via is { } via ? LinkOptions.Parse(via) : null;
        Uri? target = parsed.GetValue(Target) is { } url ? new OptionText(Target.Name, url).Target() : null;
        if (link is not null && target is not null)
            throw new UsageException("--via and --target exclude each other: the lab's network has a server of its own; leave one out");
        LabFiles files = new(parsed.GetValue(Page), parsed.GetValue(Markdown), parsed.GetValue(Json));
        files.Check();
        using StopSignals signals = new();
        await using LabGround ground = link is { } options ? await LabGround.StartAsync(options, settings.Seed) : await LabGround.StartAsync(target);
        try
        {
            LabReport report = await new LabRun(settings, ground, Console.Error.WriteLine).RunAsync(signals.Stopping);
            Console.Write(report.ConsoleText);
            files.Write(report);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Fail("stopped before the last cell: nothing is judged", ExitCode.Stopped);
        }
    }

    private static LabSettings Read(ParseResult parsed)
    {
        string? via = parsed.GetValue(Via);
        return new LabSettings
        {
            Cells = CellsOf(parsed.GetValue(Sizes) ?? "32,1024,16384", parsed.GetValue(Writes)),
            Blocks = Bounded(Blocks.Name, parsed.GetValue(Blocks) ?? 12, MaxBlocks),
            BlockLength = DurationText.Parse(BlockLength.Name, parsed.GetValue(BlockLength) ?? (via is null ? "250ms" : "500ms")),
            Connections = Bounded(Connections.Name, parsed.GetValue(Connections) ?? (via is null ? 4 : 16), MaxConnections),
            MinEffect = ShareOf(parsed.GetValue(MinEffect) ?? "5%"),
            Seed = parsed.GetValue(Seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            Via = via,
            IsControl = parsed.GetValue(Control),
        };
    }

    private static IReadOnlyList<LabCell> CellsOf(string sizes, string? writes)
    {
        int[] bytes = [.. sizes.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        if (!bytes.All(size => size is >= 1 and <= LabCell.MaxMessageBytes) || bytes.Distinct().Count() < bytes.Length)
            throw new UsageException($"{Sizes.Name} {sizes}: write different whole numbers from 1 to {LabCell.MaxMessageBytes} with commas between (a larger message takes more than one write)");
        string[] names = writes?.Split(',') ?? [.. Patterns.Keys];
        if (names.FirstOrDefault(name => !Patterns.ContainsKey(name)) is { } unknown)
            throw new UsageException($"{Writes.Name} {writes}: {unknown} is no way of writing; there are {string.Join(", ", Patterns.Keys)}{Nearest.Hint(unknown, Patterns.Keys)}");
        return [.. LabCell.Matrix(bytes).Where(cell => names.Contains(LabJson.NameOf(cell.Writes)))];
    }

    private static double ShareOf(string text) =>
        text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent is > 0 and < 1_000
            ? percent / 100
            : throw new UsageException($"{MinEffect.Name} {text} is no size of a difference: write a percentage such as 5%");

    private static int Bounded(string option, int value, int max) =>
        value >= 1 && value <= max ? value : throw new UsageException($"{option} {value}: write 1 to {max}");

    private static Option<string?> Text(string name, string help, string description) => new(name) { Description = description, HelpName = help };
}
