using LoadTool.Sockets;

namespace LoadTool.Cli.Commands;

/// <summary>The command line of <c>loadtool run</c>, checked.</summary>
internal sealed record RunRequest
{
    internal required string Script { get; init; }

    internal required IReadOnlyList<string> ScriptArguments { get; init; }

    internal int? VirtualUsers { get; init; }

    internal TimeSpan? Duration { get; init; }

    internal (int Rate, TimeSpan Interval)? Rate { get; init; }

    internal long? Iterations { get; init; }

    internal Uri? Target { get; init; }

    internal bool AcceptsAnyServerCertificate { get; init; }

    internal required IReadOnlyDictionary<string, string> Environment { get; init; }

    internal long Seed { get; init; }

    internal EngineKind Engine { get; init; }

    internal int Loops { get; init; }

    internal TimeSpan GracefulStop { get; init; }

    internal string? Results { get; init; }

    internal bool RequiresTrust { get; init; }

    internal bool IsQuiet { get; init; }

    internal bool HasNoColor { get; init; }

    /// <summary>The run's name: its script's, without extension.</summary>
    internal string Name => Path.GetFileNameWithoutExtension(Script);

    internal RunOptions Options(Uri target) => new()
    {
        Target = target,
        AcceptsAnyServerCertificate = AcceptsAnyServerCertificate,
        Seed = Seed,
        Engine = Engine,
        Loops = Loops,
        Iterations = Iterations,
        GracefulStop = GracefulStop,
        Environment = Environment,
    };
}
