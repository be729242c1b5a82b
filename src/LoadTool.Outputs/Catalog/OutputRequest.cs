using System.Globalization;

namespace LoadTool.Outputs.Catalog;

/// <summary>What an output is made from.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Target">What stood after <c>=</c>, or null.</param>
/// <param name="Settings">Its settings by their names, without that of the output.</param>
/// <param name="Folder">The folder of the run's results.</param>
internal sealed record OutputRequest(string Name, string? Target, IReadOnlyDictionary<string, string> Settings, string Folder)
{
    /// <summary>What started the run; null when nobody knows.</summary>
    internal RunEnvironment? Started { get; init; }

    /// <summary>The clock.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">There is none.</exception>
    internal string RequireTarget(string example) =>
        Target ?? throw new ArgumentException($"output {Name} needs a target: write one such as --out {Name}={example}");

    /// <summary>The setting's value, or null.</summary>
    internal string? Text(string setting) => Settings.GetValueOrDefault(setting);

    /// <summary>The setting's value as a whole number.</summary>
    /// <exception cref="ArgumentException">It is none, or less than the least.</exception>
    internal int Number(string setting, int otherwise, int least = 1)
    {
        if (Text(setting) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number : throw Refuse(setting, $"is no whole number from {least} on");
    }

    /// <summary>The setting's value as a time.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal TimeSpan Time(string setting, TimeSpan otherwise)
    {
        if (Text(setting) is not { } text)
            return otherwise;
        return TimeText.TryParse(text, out TimeSpan time) && time > TimeSpan.Zero ? time : throw Refuse(setting, "is no duration: write one such as 500ms, 30s or 1m30s");
    }

    /// <summary>The target as an absolute http or https URL.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal Uri RequireUrl(string example) =>
        Uri.TryCreate(RequireTarget(example), UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https", Host.Length: > 0 }
            ? url : throw new ArgumentException($"output {Name}: its target is no URL of http or https: write one such as {example}");

    /// <summary>What to throw for a setting that cannot be used. Values are not repeated: they may be secrets.</summary>
    internal ArgumentException Refuse(string setting, string problem) => new($"output {Name}: setting {Name}.{setting} {problem}");
}
