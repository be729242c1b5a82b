namespace LoadTool.Cli.Configuration;

/// <summary>What a config file says of one scenario.</summary>
/// <param name="Place">Where: file, line and column.</param>
/// <param name="Layer">The options.</param>
internal sealed record ScenarioSection(string Place, OptionLayer Layer);
