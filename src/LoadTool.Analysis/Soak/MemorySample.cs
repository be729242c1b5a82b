namespace LoadTool.Analysis.Soak;

/// <summary>What the target held at a moment.</summary>
/// <param name="At">Since the run's start, seconds.</param>
/// <param name="Bytes">Of memory.</param>
internal readonly record struct MemorySample(double At, double Bytes);
