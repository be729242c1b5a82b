using LoadTool.Analysis.Capacity;
using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Capacity;

/// <summary>What <c>loadtool capacity</c> is asked for, checked.</summary>
internal sealed record CapacityRequest
{
    /// <summary>The scenario script.</summary>
    internal required string Script { get; init; }

    /// <summary>What the script sees as its arguments.</summary>
    internal required IReadOnlyList<string> ScriptArguments { get; init; }

    /// <summary>Options that every run gets as they were given.</summary>
    internal required IReadOnlyList<string> RunOptions { get; init; }

    /// <summary>What the load has to keep; at least one.</summary>
    internal required IReadOnlyList<Objective> Objectives { get; init; }

    /// <summary>How to look.</summary>
    internal required SearchPlan Plan { get; init; }

    /// <summary>Time without load between two runs.</summary>
    internal required TimeSpan Rest { get; init; }

    /// <summary>The folder that gets a folder for each run.</summary>
    internal required string Folder { get; init; }

    /// <summary>Seed of the first run; the others count on from it.</summary>
    internal required long Seed { get; init; }

    /// <summary>The server under load, where one was given; null for one on this machine.</summary>
    internal required Uri? Target { get; init; }

    /// <summary>The load that is to be carried; null when nobody said.</summary>
    internal double? Expected { get; init; }

    /// <summary>What the answer is written to.</summary>
    internal required DocumentFiles Files { get; init; }
}
