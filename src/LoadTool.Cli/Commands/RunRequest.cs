using System.Net;
using LoadTool.Cli.Configuration;
using LoadTool.Sockets;

namespace LoadTool.Cli.Commands;

/// <summary>What <c>loadtool run</c> is asked for, checked; without options, its defaults.</summary>
internal sealed record RunRequest
{
    internal required string Script { get; init; }

    internal required IReadOnlyList<string> ScriptArguments { get; init; }

    internal int? VirtualUsers { get; init; }

    internal TimeSpan? Duration { get; init; }

    internal (int Rate, TimeSpan Interval)? Rate { get; init; }

    /// <summary>Ramps of users, one after another; empty for none.</summary>
    internal IReadOnlyList<Stage> Stages { get; init; } = [];

    /// <summary>What gave the load, in words for messages; null when no option says anything of it.</summary>
    internal string? LoadLabel { get; init; }

    /// <summary>Conditions in place of the script's thresholds.</summary>
    internal IReadOnlyList<string> Thresholds { get; init; } = [];

    /// <summary>What gave the thresholds, in words for messages; null when no option did.</summary>
    internal string? ThresholdLabel { get; init; }

    internal long? Iterations { get; init; }

    internal TimeSpan? MaxDuration { get; init; }

    internal Uri? Target { get; init; }

    internal bool AcceptsAnyServerCertificate { get; init; }

    internal SocketOverrides Sockets { get; init; } = SocketOverrides.None;

    internal IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    internal IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Outputs beside console and files, each <c>name[=target]</c>.</summary>
    internal IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Settings of outputs, by <c>output.setting</c>.</summary>
    internal IReadOnlyDictionary<string, string> OutputSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Where to serve the live page; null for none.</summary>
    internal IPEndPoint? Ui { get; init; }

    internal long Seed { get; init; }

    internal EngineKind Engine { get; init; } = EventLoop.DefaultEngine;

    internal int Loops { get; init; } = RunOptions.UsualLoops;

    internal TimeSpan GracefulStop { get; init; } = TimeSpan.FromSeconds(30);

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
        Sockets = Sockets,
        Seed = Seed,
        Engine = Engine,
        Loops = Loops,
        Iterations = Iterations,
        MaxDuration = MaxDuration,
        GracefulStop = GracefulStop,
        Environment = Environment,
        Tags = Tags,
    };
}
