namespace LoadTool.Analysis.Runs;

/// <summary>One figure of a run.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Value">In its kind's unit.</param>
/// <param name="Samples">How many measured values it rests on: successes of a latency or rate, attempts of errors, messages of the whole run.</param>
internal readonly record struct Figure(FigureName Name, double Value, long Samples);
