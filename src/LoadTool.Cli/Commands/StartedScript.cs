using LoadTool.Cli.Configuration;
using LoadTool.Cli.Scripting;

namespace LoadTool.Cli.Commands;

/// <summary>A script whose top level has come to its end, or to the call of LoadRunner in which it awaits its run.</summary>
/// <param name="topLevel">The script's top level, under way.</param>
/// <param name="registry">What it makes.</param>
/// <param name="describe">Puts what it throws into words.</param>
internal sealed class StartedScript(Task<object?> topLevel, ScenarioRegistry registry, Func<Exception, string> describe)
{
    /// <summary>What is to run: what the script gave LoadRunner, or else all it made.</summary>
    internal IReadOnlyList<Scenario> Scenarios { get; private set; } = [];

    /// <summary>Waits for the script to say what it has to say before the load.</summary>
    /// <exception cref="ScriptErrorException">It threw.</exception>
    internal async Task UntilReadyAsync(ScriptOptions options)
    {
        if (await Task.WhenAny(topLevel, registry.Wished) == topLevel)
        {
            await TopLevelAsync();
            Scenarios = registry.Scenarios;
            return;
        }

        RunWish wish = await registry.Wished;
        Scenarios = wish.Scenarios;
        if (wish.ReportFolder is { } folder)
            options.Set("results", folder, Scenarios[0].Place.File, Scenarios[0].Place.Line);
        if (wish.Tags.Count > 0)
            options.Set("tags", wish.Tags.Select(tag => $"{tag.Key}={tag.Value}"), Scenarios[0].Place.File, Scenarios[0].Place.Line);
    }

    /// <summary>Tells the script how its run went, if it awaits that, and lets it end.</summary>
    /// <returns>The exit code: the number that the script returns after its run, or else the run's own.</returns>
    /// <exception cref="ScriptErrorException">It threw.</exception>
    internal async Task<int> EndAsync(RunResult result, int exitCode)
    {
        if (!registry.Wished.IsCompleted)
            return exitCode;
        registry.Complete(result, exitCode);
        return await TopLevelAsync() is int returned ? returned : exitCode;
    }

    private async Task<object?> TopLevelAsync()
    {
        try
        {
            return await topLevel;
        }
        catch (Exception error) when (error is not UsageException)
        {
            throw new ScriptErrorException(describe(error));
        }
    }
}
