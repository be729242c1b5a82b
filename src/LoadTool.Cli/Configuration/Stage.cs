namespace LoadTool.Cli.Configuration;

/// <summary>A ramp of users.</summary>
/// <param name="During">How long it takes.</param>
/// <param name="Users">Virtual users at its end.</param>
internal readonly record struct Stage(TimeSpan During, int Users);
