namespace LoadTool;

/// <summary>A condition in code asks for figures that do not exist, or not yet.</summary>
internal sealed class MissingStatsException(string name) : KeyNotFoundException($"Nothing named \"{name}\" was counted.");
