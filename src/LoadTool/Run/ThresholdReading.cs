namespace LoadTool;

/// <summary>What figures say to a threshold.</summary>
/// <param name="Unit">What the value is counted in.</param>
/// <param name="Value">The value; null while there is nothing that could say it.</param>
/// <param name="Holds">True when the value keeps the threshold.</param>
internal readonly record struct ThresholdReading(ThresholdUnit Unit, double? Value, bool Holds);
