namespace LoadTool.Outputs.Live;

/// <summary>What the buttons of a live page do.</summary>
/// <param name="Stop">Ends the run in order, as Ctrl-C does.</param>
/// <param name="ScaleLoad">Makes the load so many times what is planned, as <see cref="LoadRun.ScaleLoad"/>.</param>
internal sealed record LiveButtons(Action Stop, Func<double, bool> ScaleLoad);
