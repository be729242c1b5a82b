using System.Globalization;

namespace LoadTool;

/// <summary>The arguments of a program that runs scenarios: those options of <c>loadtool run</c> that say what is run against what.</summary>
internal sealed class RunnerArguments
{
    private const string Known = "--target, --insecure, --vus, --duration, --iterations, --seed, --env NAME=VALUE, --results, --out name[=target], --out-setting NAME=VALUE, --quiet";

    private readonly Dictionary<string, string> _environment = [];
    private readonly Dictionary<string, string> _outputSettings = [];
    private readonly List<string> _outputs = [];

    internal Uri? Target { get; private set; }

    internal bool AcceptsAnyServerCertificate { get; private set; }

    internal int? VirtualUsers { get; private set; }

    internal TimeSpan? Duration { get; private set; }

    internal long? Iterations { get; private set; }

    internal long? Seed { get; private set; }

    internal IReadOnlyDictionary<string, string> Environment => _environment;

    internal string? Results { get; private set; }

    /// <summary>Outputs beside console and files, each <c>name[=target]</c>.</summary>
    internal IReadOnlyList<string> Outputs => _outputs;

    /// <summary>Settings of outputs, by <c>output.setting</c>.</summary>
    internal IReadOnlyDictionary<string, string> OutputSettings => _outputSettings;

    internal bool IsQuiet { get; private set; }

    /// <exception cref="ArgumentException">One line: which argument is wrong, and what to write.</exception>
    internal static RunnerArguments Read(IEnumerable<string> arguments)
    {
        RunnerArguments read = new();
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? argument))
        {
            int equals = argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=') : -1;
            string name = equals < 0 ? argument : argument[..equals];
            if (name is "--quiet" or "--insecure" && equals < 0)
                read.Set(name, "");
            else if (equals >= 0)
                read.Set(name, argument[(equals + 1)..]);
            else if (rest.TryDequeue(out string? value))
                read.Set(name, value);
            else
                read.Set(name, null);
        }

        return read;
    }

    /// <summary>Gives a scenario the load that was asked for.</summary>
    /// <exception cref="ArgumentException">There are several scenarios, or it does not say enough.</exception>
    internal void Apply(IReadOnlyList<Scenario> scenarios)
    {
        if (VirtualUsers is null && Duration is null)
            return;
        string label = VirtualUsers is null ? "--duration" : "--vus";
        if (scenarios is not [var only])
            throw new ArgumentException($"{label} needs one scenario; there are {scenarios.Count} ({string.Join(", ", scenarios.Select(scenario => scenario.Name))})");
        only.WithLoadSimulations(GivenLoad.For(only, VirtualUsers, arrivals: null, Duration)
            ?? throw new ArgumentException($"{label} alone does not say how to stretch load simulations that change: give --vus with it"));
    }

    private void Set(string name, string? value)
    {
        switch (name)
        {
            case "--quiet" when value == "":
                IsQuiet = true;
                return;
            case "--insecure" when value == "":
                AcceptsAnyServerCertificate = true;
                return;
            case "--target":
                Target = Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "ws" or "wss", Host.Length: > 0 }
                    ? uri : throw Refuse(name, value, "is no WebSocket URL: write one such as ws://127.0.0.1:9001/echo");
                return;
            case "--vus":
                VirtualUsers = (int)Number(name, value, int.MaxValue);
                return;
            case "--iterations":
                Iterations = Number(name, value, long.MaxValue);
                return;
            case "--seed":
                Seed = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed) ? seed : throw Refuse(name, value, "is no whole number");
                return;
            case "--duration":
                Duration = value is not null && TimeText.TryParse(value, out TimeSpan time) && time > TimeSpan.Zero
                    ? time : throw Refuse(name, value, "is no duration: write one such as 500ms, 30s or 1m30s");
                return;
            case "--results":
                Results = value is { Length: > 0 } ? value : throw new ArgumentException("--results needs a folder");
                return;
            case "--out":
                _outputs.Add(value is { Length: > 0 } ? value : throw new ArgumentException("--out needs an output"));
                return;
            case "--out-setting":
                AddPair(_outputSettings, name, value);
                return;
            case "--env":
                AddPair(_environment, name, value);
                return;
            default:
                throw new ArgumentException($"unknown option {name}: a program takes {Known}; `loadtool run` on the same file takes all of its own");
        }
    }

    private static void AddPair(Dictionary<string, string> pairs, string name, string? value)
    {
        int equals = value?.IndexOf('=') ?? -1;
        pairs[equals > 0 ? value![..equals] : throw new ArgumentException($"{name} has an item that is no NAME=VALUE")] = value![(equals + 1)..];
    }

    private static long Number(string name, string? value, long most) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= 1 && number <= most
            ? number : throw Refuse(name, value, "is no whole number from 1 on");

    private static ArgumentException Refuse(string name, string? value, string problem) =>
        value is null ? new($"{name} needs a value") : new($"{name} {value} {problem}");
}
